/** Where things are on the page. Pure. */

export function serverPath(backend: string, server: string): string {
  return `/servers/${encodeURIComponent(backend)}/${encodeURIComponent(server)}`;
}

export function changePath(backend: string, server: string): string {
  return `/api${serverPath(backend, server)}`;
}

export function sessionPath(id: number): string {
  return `/sessions/${id}`;
}

export function sessionsPath(search: string): string {
  return `/sessions?search=${encodeURIComponent(search)}`;
}
