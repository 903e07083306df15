/**
 * Milliseconds that this process has computed. A limit on work is told in these: other processes of a busy machine take
 * time, but do none of our work.
 */
export function worked(): number {
  return process.cpuUsage().user / 1000;
}
