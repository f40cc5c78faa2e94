import { expect, test } from "vitest";
import { AppError } from "#contracts/errors";
import { gitAddress, gitBranch } from "../git/address";
import { allowedNetworks, isPublic, resolveHost } from "./address";

const code = async (work: () => unknown): Promise<string> => {
  try {
    await work();
  } catch (error) {
    if (error instanceof AppError) return error.code;
    throw error;
  }
  return "taken";
};

test.each([
  "1.1.1.1",
  "8.8.8.8",
  "140.82.112.3",
  "172.32.0.1",
  "2606:4700::1111",
  "2a00:1450:4001::1",
  "::ffff:8.8.8.8",
  "64:ff9b::808:808",
])("%s is public", (address) => expect(isPublic(address)).toBe(true));

test.each([
  "0.0.0.0",
  "10.1.2.3",
  "100.64.0.1",
  "127.0.0.1",
  "127.255.255.254",
  "169.254.169.254",
  "172.16.0.1",
  "172.31.255.255",
  "192.168.1.1",
  "198.18.0.1",
  "203.0.113.9",
  "224.0.0.1",
  "255.255.255.255",
  "::",
  "::1",
  "::127.0.0.1",
  "::ffff:127.0.0.1",
  "::ffff:7f00:1",
  "::ffff:a00:1",
  "64:ff9b::7f00:1",
  "fc00::1",
  "fd12:3456::1",
  "fe80::1",
  "fe80::1%eth0",
  "fec0::1",
  "ff02::1",
  "2001::1",
  "2001:db8::1",
  "2002:7f00:1::1",
  "nonsense",
])("%s is not public", (address) => expect(isPublic(address)).toBe(false));

test("a host is refused for a private address, by name or by number", async () => {
  const none = allowedNetworks([]);
  expect(await code(() => resolveHost("localhost", none))).toBe("git_address_forbidden");
  expect(await code(() => resolveHost("169.254.169.254", none))).toBe("git_address_forbidden");
  expect(await code(() => resolveHost("::ffff:10.0.0.1", none))).toBe("git_address_forbidden");
  expect(await resolveHost("1.1.1.1", none)).toEqual(["1.1.1.1"]);
  expect(await code(() => resolveHost("no-such-host.invalid", none))).toBe("git_unreachable");
});

test("an admin may allow a network, and nothing beyond it", async () => {
  const some = allowedNetworks(["10.0.0.0/8", "127.0.0.1", "fd00::/8"]);
  expect(await resolveHost("10.9.9.9", some)).toEqual(["10.9.9.9"]);
  expect(await resolveHost("127.0.0.1", some)).toEqual(["127.0.0.1"]);
  expect(await resolveHost("fd12::1", some)).toEqual(["fd12::1"]);
  expect(await code(() => resolveHost("127.0.0.2", some))).toBe("git_address_forbidden");
  expect(await code(() => resolveHost("192.168.0.1", some))).toBe("git_address_forbidden");
  for (const wrong of ["10.0.0.0/33", "nonsense", "10.0.0.0/x", ""])
    expect(await code(() => allowedNetworks([wrong])), wrong).toBe("bad_input");
});

test.each([
  "http://github.com/a/b",
  "git://github.com/a/b",
  "ssh://-oProxyCommand=id/a",
  "ssh://-oProxyCommand=id@github.com/a",
  "ssh://git:secret@github.com/a/b",
  "ssh://git@-oProxyCommand=id/a",
  "ssh://git@github.com",
  "-oProxyCommand=id@github.com:a/b",
  "git@-oProxyCommand=id:a/b",
  "git@github.com:--upload-pack=id",
  "git@git hub.com:a",
  'git@"github".com:a',
  "file:///etc",
  "/etc",
  "ext::sh -c id",
  "EXT::sh -c id",
  "https::https://github.com/a/b",
  "https://user@github.com/a/b",
  "https://user:pass@github.com/a/b",
  "https:///a/b",
  "https:\\\\github.com\\a",
  "--upload-pack=touch /tmp/x",
  "-https://github.com/a/b",
  "https://github.com/a/b\nHost: x",
  "https://github.com/a b",
  "https://[::1",
  "",
])("the address %j is not taken", async (url) => expect(await code(() => gitAddress(url))).toBe("git_scheme"));

test("an address is brought to its normal form before anything looks at it", () => {
  expect(gitAddress(" HTTPS://GitHub.com/Some/My-Bot.git#x ")).toEqual({
    kind: "https",
    href: "https://github.com/Some/My-Bot.git",
    host: "github.com",
    port: "443",
    name: "My-Bot",
  });
  expect(gitAddress("https://2130706433/a").host).toBe("127.0.0.1");
  expect(gitAddress("https://0x7f.1/a").host).toBe("127.0.0.1");
  expect(gitAddress("https://127。0。0。1:8443/a")).toMatchObject({ host: "127.0.0.1", port: "8443" });
  expect(gitAddress("https://[::ffff:127.0.0.1]/a").host).toBe("::ffff:7f00:1");
});

test("an address by ssh is brought to its normal form too, and says where it leads", () => {
  expect(gitAddress("git@GitHub.com:Some/My-Bot.git")).toEqual({
    kind: "ssh",
    href: "git@github.com:Some/My-Bot.git",
    host: "github.com",
    port: "22",
    name: "My-Bot",
  });
  expect(gitAddress("ssh://git.example.com:2222/srv/bot")).toMatchObject({
    href: "ssh://git@git.example.com:2222/srv/bot",
    host: "git.example.com",
    port: "2222",
  });
  expect(gitAddress("me@2130706433:a").host).toBe("127.0.0.1");
  expect(gitAddress("ssh://me@[::ffff:127.0.0.1]/a").host).toBe("::ffff:7f00:1");
});

test.each([
  "-x",
  "--upload-pack=id",
  "a..b",
  "a b",
  "a~1",
  "a^",
  "a:b",
  "a?",
  "a*",
  "a[",
  "a\\b",
  "/a",
  "a/",
  "a//b",
  "a.",
  ".a",
  "a/.b",
  "a.lock",
  "@",
  "a@{1}",
  "a\nb",
  "$(id) x",
])("the branch %j is not taken", async (branch) =>
  expect(await code(() => gitBranch(branch))).toBe("git_branch_invalid"),
);

test("a plain branch is taken, an empty one means the default", () => {
  expect(gitBranch(" feature/ünïcode-1.2 ")).toBe("feature/ünïcode-1.2");
  expect(gitBranch("  ")).toBeUndefined();
  expect(gitBranch(undefined)).toBeUndefined();
});
