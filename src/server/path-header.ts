/** In which header a page is told its own path and query: Next tells them to nothing that is drawn on the server. Set by src/proxy.ts. */
export const PATH_HEADER = "x-path";
