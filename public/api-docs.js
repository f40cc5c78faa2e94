/*
 * Lets the page of the API (src/server/api-page.ts) ask what it describes. An answer is shown as text and never as a part of the page. The
 * key stays in its field: it is neither kept nor put into an address.
 */

/** Characters of a stream that stay on the page. */
const SHOWN = 20_000;
const words = document.body.dataset;

for (const form of document.querySelectorAll("form[data-path]"))
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    send(form);
  });

async function send(form) {
  const shown = form.querySelector("pre");
  const stop = form.querySelector("[data-stop]");
  const asking = new AbortController();
  const show = (text) => {
    shown.textContent = text;
  };
  stop.onclick = () => asking.abort();
  stop.hidden = false;
  shown.hidden = false;
  show(words.waiting);
  try {
    const answer = await fetch(addressOf(form), { ...askOf(form), signal: asking.signal });
    await tell(answer, show);
  } catch (error) {
    if (error.name !== "AbortError") show(words.unreached);
  } finally {
    stop.hidden = true;
  }
}

function addressOf(form) {
  const query = new URLSearchParams();
  let path = form.dataset.path;
  for (const field of form.querySelectorAll("[data-in]")) {
    if (field.dataset.in === "path") path = path.replace(`{${field.name}}`, encodeURIComponent(field.value));
    if (field.dataset.in === "query" && field.value !== "") query.append(field.name, field.value);
  }
  return query.size > 0 ? `${path}?${query}` : path;
}

function askOf(form) {
  const headers = new Headers();
  const key = document.getElementById("key").value.trim();
  if (key !== "") headers.set("authorization", `Bearer ${key}`);
  for (const field of form.querySelectorAll("[data-in=header]"))
    if (field.value !== "") headers.set(field.name, field.value);
  const text = form.querySelector("textarea");
  const file = form.querySelector("input[type=file]");
  if (text) headers.set("content-type", "application/json");
  return {
    method: form.dataset.method,
    headers,
    body: text ? text.value : file?.files[0],
    cache: "no-store",
    // With a key, what it may is tried, and not what whoever is signed in may.
    credentials: key === "" ? "same-origin" : "omit",
  };
}

async function tell(answer, show) {
  const told = ["content-type", "etag", "retry-after", "allow"].flatMap((name) =>
    answer.headers.has(name) ? [`${name}: ${answer.headers.get(name)}`] : [],
  );
  const head = `${[`${answer.status} ${answer.statusText}`, ...told].join("\n")}\n\n`;
  const type = answer.headers.get("content-type") ?? "";
  if (type.startsWith("text/event-stream")) return follow(answer.body, head, show);
  if (type.includes("json")) return show(head + JSON.stringify(JSON.parse((await answer.text()) || "null"), null, 2));
  const bytes = await answer.blob();
  show(head + (type.startsWith("text/") ? (await bytes.text()).slice(0, SHOWN) : `${bytes.size} B`));
}

async function follow(body, head, show) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  for (let next = await reader.read(); !next.done; next = await reader.read()) {
    text = (text + next.value).slice(-SHOWN);
    show(head + text);
  }
}
