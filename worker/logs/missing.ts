/** For `catch`: what to take when the file is not there; any other error goes on. */
export const ifMissing =
  <T>(instead: T) =>
  (error: unknown): T => {
    if (error instanceof Error && "code" in error && (error.code === "ENOENT" || error.code === "ENOTDIR"))
      return instead;
    throw error;
  };
