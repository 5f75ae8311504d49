// Keeps the page as it would be if it were loaded now. The server alone renders: this fetches the page again when
// the room says that something changed, and every few seconds in any case, more often while nobody says anything.

const refreshMs = 10_000;
const hurryMs = 3000;
const timeoutMs = 5000;

// EventSource.OPEN, also where there is no EventSource.
const streamOpen = 1;

let shownAt = new Date();
let refreshing = false;
let again = false;
let timer;
let stream;

function refresh() {
  if (refreshing) again = true;
  else void fetchAndShow();
}

async function fetchAndShow() {
  refreshing = true;
  clearTimeout(timer);
  let reached = false;
  try {
    const response = await fetch(location.href, {
      cache: 'no-store',
      signal: AbortSignal.timeout(timeoutMs),
    });
    if (response.ok) {
      show(new DOMParser().parseFromString(await response.text(), 'text/html'));
      shownAt = new Date();
      reached = true;
    }
  } catch {
    // Said on the page, below.
  }
  sayWhetherConnected(reached);
  if (reached) listen();
  refreshing = false;
  if (again) {
    again = false;
    refresh();
  } else {
    timer = setTimeout(refresh, stream?.readyState === streamOpen ? refreshMs : hurryMs);
  }
}

function listen() {
  if (!('EventSource' in window) || (stream && stream.readyState !== EventSource.CLOSED)) return;
  stream = new EventSource('/api/incidents/stream');
  for (const event of ['open', 'error', 'incident', 'heartbeat']) stream.addEventListener(event, refresh);
}

function sayWhetherConnected(reached) {
  const note = document.getElementById('connection');
  note.hidden = reached;
  note.querySelector('span').textContent = shownAt.toLocaleTimeString();
}

function show(fresh) {
  document.title = fresh.title;
  const focused = document.activeElement;
  const focusedCard = focused?.closest('.incident')?.id;
  for (const region of document.querySelectorAll('[data-live]')) {
    const next = fresh.getElementById(region.id);
    if (!next) continue;
    if (region.dataset.live === 'list') updateList(region, next);
    else if (region.innerHTML !== next.innerHTML) region.replaceChildren(...next.childNodes);
  }
  if (focused?.isConnected) focused.focus({ preventScroll: true });
  else if (focusedCard) document.getElementById(focusedCard)?.querySelector('summary, a')?.focus();
}

/** What has not changed stays the same element, so that what was unfolded, selected or focused stays so. */
function updateList(list, next) {
  const before = new Map([...list.children].map((element) => [keyOf(element), element]));
  const wanted = [...next.children].map((element) => {
    const same = before.get(keyOf(element));
    if (same) {
      copyTicks(element, same);
      return same;
    }
    const old = element.id && document.getElementById(element.id);
    if (old?.open) element.open = true;
    return element;
  });
  const unchanged =
    wanted.length === list.children.length && wanted.every((element, i) => element === list.children[i]);
  if (!unchanged) list.replaceChildren(...wanted);
}

const keyOf = (element) => (element.id ? `${element.id} ${element.dataset.version}` : element.outerHTML);

function copyTicks(from, to) {
  const fresh = from.querySelectorAll('[data-ticks]');
  for (const [i, element] of to.querySelectorAll('[data-ticks]').entries()) {
    if (fresh[i] && element.textContent !== fresh[i].textContent) element.textContent = fresh[i].textContent;
  }
}

for (const event of ['online', 'offline']) window.addEventListener(event, refresh);
document.addEventListener('visibilitychange', () => {
  if (!document.hidden) refresh();
});
refresh();
