import { type Headers, pack } from "tar-stream";

/** An entry of a tar that is to be made. */
export type TarRow = Pick<Headers, "name"> & Partial<Pick<Headers, "type" | "mode" | "linkname">> & { data?: string };

/** A tar of any entries. */
export async function tarOf(rows: readonly TarRow[]): Promise<Buffer> {
  const tar = pack();
  for (const { data = "", ...row } of rows) tar.entry({ linkname: "/etc/passwd", ...row }, data);
  tar.finalize();
  const parts: Buffer[] = [];
  for await (const part of tar) parts.push(part);
  return Buffer.concat(parts);
}

/** The header block of a file in a tar, its name any bytes. */
export function tarHeader(name: Buffer, size = 0): Buffer {
  const head = Buffer.alloc(512);
  name.copy(head, 0);
  head.write("0000644\0", 100);
  head.write("0000000\0", 108);
  head.write("0000000\0", 116);
  head.write(`${size.toString(8).padStart(11, "0")}\0`, 124);
  head.write("00000000000\0", 136);
  head.write("        0", 148);
  head.write("ustar\x0000", 257);
  const sum = head.reduce((total, byte) => total + byte, 0);
  head.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148);
  return head;
}
