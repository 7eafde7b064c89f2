/** Whether a status is named by the URL of a database, and not by a file. */
export const isPostgresUrl = (named: string): boolean => /^postgres(ql)?:\/\//.test(named);

/**
 * The URLs of the hosts that one URL names: libpq takes `postgres://user@db1:5432,db2/name` as several servers of which
 * one is the primary, and the client used here understands one at a time.
 */
export function hostsOf(url: string): readonly string[] {
  const [, scheme, credentials = "", hosts, rest] = /^(\w+:\/\/)([^/?#]*@)?([^/?#]*)(.*)$/s.exec(url)!;
  const query = rest!.replace(/([?&])target_session_attrs=[^&]*(&|$)/, (_, before, after) =>
    after === "&" ? before : "",
  );
  return hosts!.split(",").map((host) => `${scheme}${credentials}${host}${query}`);
}

/** The URL as it may be shown: without its password. */
export const shownUrl = (url: string): string =>
  url.replace(/^(\w+:\/\/[^:@/?#]*):[^@/?#]*@/, "$1@").replace(/([?&]password=)[^&]*/g, "$1…");
