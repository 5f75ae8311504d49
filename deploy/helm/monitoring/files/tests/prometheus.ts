/** Asks Prometheus' API. */
export async function prometheus<T>(path: string): Promise<T> {
  const response = await fetch(`${process.env.PROMETHEUS_URL}/api/v1/${path}`, {
    signal: AbortSignal.timeout(5000),
  });
  const { data } = (await response.json()) as { data: T };
  return data;
}
