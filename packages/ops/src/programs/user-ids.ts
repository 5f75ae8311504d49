import { execa } from 'execa';

/**
 * The ids to run as `user`, made if need be, when we are root; otherwise nothing to change.
 * Postgres refuses to run as root.
 */
export async function userIds(user: string): Promise<{ uid?: number; gid?: number }> {
  if (process.getuid?.() !== 0) return {};
  const known = await execa('id', [user], { reject: false });
  if (known.failed) await execa('useradd', ['--system', '--user-group', '--no-create-home', user]);
  const [uid, gid] = await Promise.all([execa('id', ['-u', user]), execa('id', ['-g', user])]);
  return { uid: Number(uid.stdout), gid: Number(gid.stdout) };
}
