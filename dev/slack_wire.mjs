// The wire to the Slack double: a reverse proxy that records calls and breaks on demand.
//
//   GET    /__info    names, ids and tokens of the team
//   POST   /__reset   a fresh team, no faults, no delay, nothing recorded
//   PUT    /__channel {"name": ...}: one more public channel with the bot in it; answers with its id
//   PUT    /__delay   {"ms": 200}: every answer comes that much later
//   GET    /__calls   [{at, ms, method, channel, thread_ts, ts, fault, status}], `at` in seconds
//   GET    /__fault   the faults that have not happened yet
//   DELETE /__fault   no more faults; whoever is refused is served again
//   PUT    /__fault   {"method": "chat.postMessage" or "*", "mode": ..., "n": 1 (-1: until deleted),
//                      "match": only a call with these words in it}
//     429          answered with Retry-After `retry_after`; not stored
//     500          answered with a page of HTML; not stored
//     error        {"ok": false, "error": `error`}; not stored
//     answer       HTTP `status` with the words `body`, as webhooks speak; not stored
//     drop_before  the connection breaks; not stored
//     drop_after   stored, then the connection breaks
//     silent_drop  answered with ok and a plausible ts; not stored
//     slow         stored, answered `delay` ms later
//     hang         accepted and never answered; not stored
//     refuse       for `seconds` (-1: until deleted) nobody listens on the port (whatever the method)
//
// All of this is heard on a port of its own as well, which stays open while Slack's is closed. Where emulate is kinder
// than Slack, the wire is not: a line below a message that was deleted here lands in the channel, and an incoming webhook
// (/services/T…/B…/CHANNEL'S NAME) is one that exists. And it says that the workspace is at its own address, so that a
// link to a message (/archives/CHANNEL/p…) leads to the page of its channel.
import http from "node:http";

const JSON_TYPE = { "Content-Type": "application/json" };
const sleep = (ms) => new Promise((done) => setTimeout(done, ms));

export class Wire {
  target = 0;
  info = {};
  #faults = [];
  #calls = [];
  #delay = 0;
  #deleted = new Set();
  #reopening = null;
  #server = http.createServer((request, response) => this.#serve(request, response));
  #control = http.createServer((request, response) => this.#serve(request, response));

  constructor({ spell, reset, addChannel }) {
    Object.assign(this, { spell, reset, addChannel });
  }

  async listen(port) {
    await opened(this.#control, 0);
    await opened(this.#server, port);
    this.port = this.#server.address().port;
    return { port: this.port, control: this.#control.address().port };
  }

  async #serve(request, response) {
    const [path] = request.url.split("?");
    try {
      const body = await whole(request);
      if (path.startsWith("/__")) {
        await this.#command(`${request.method} ${path}`, body, response);
      } else if (path.startsWith("/api/") || path.startsWith("/services/")) {
        await this.#apiCall(path, request, body, response);
      } else if (path.startsWith("/archives/")) {
        response.writeHead(302, { Location: `/?channel=${path.split("/")[2]}` }).end();
      } else {
        relay(await this.#forward(request, body), response);
      }
    } catch (error) {
      response.writeHead(502).end(String(error));
    }
  }

  async #command(verb, body, response) {
    const asked = body.length ? JSON.parse(body) : {};
    const answers = {
      "GET /__info": () => this.info,
      "GET /__calls": () => this.#calls,
      "PUT /__channel": () => this.addChannel(asked.name),
      "PUT /__delay": () => { this.#delay = asked.ms; },
      "GET /__fault": () => this.#faults.filter(({ n }) => n),
      "DELETE /__fault": async () => { this.#faults = []; await this.#reopen(); },
      "PUT /__fault": () => (asked.mode === "refuse" ? this.#refuse(asked.seconds ?? 2)
        : void this.#faults.push({ method: "*", n: 1, ...asked, mode: String(asked.mode) })),
      "POST /__reset": async () => {
        [this.#faults, this.#calls, this.#delay, this.#deleted] = [[], [], 0, new Set()];
        await this.#reopen();
        await this.reset();
      },
    };
    if (!answers[verb]) return response.writeHead(404).end();
    const answer = await answers[verb]();
    return response.writeHead(200, JSON_TYPE).end(JSON.stringify(answer ?? { ok: true }));
  }

  async #apiCall(path, request, body, response) {
    const method = path.startsWith("/api/") ? path.slice(5) : "webhook";
    const { channel, thread_ts, ts } = fields(request, body);
    const call = { at: Date.now() / 1000, method, channel, thread_ts, ts };
    this.#calls.push(call);
    const fault = this.#takeFault(method, body);
    call.fault = fault?.mode;
    const answer = await this.#answer(fault, call, request, body);
    await sleep(this.#delay + (fault?.mode === "slow" ? fault.delay ?? 3000 : 0));
    call.ms = Math.round(Date.now() - call.at * 1000);
    call.status = answer?.status;
    if (answer === "hang") return;
    if (answer) relay(answer, response);
    else request.socket.destroy();
  }

  // What to say: an answer, null to break the connection, "hang" to say nothing.
  async #answer(fault, call, request, body) {
    const json = (content, status = 200) => ({ status, headers: JSON_TYPE, body: JSON.stringify(content) });
    switch (fault?.mode) {
      case "429":
        return { ...json({ ok: false, error: "ratelimited" }, 429),
          headers: { ...JSON_TYPE, "Retry-After": String(fault.retry_after ?? 1) } };
      case "500":
        return { status: 500, headers: { "Content-Type": "text/html" }, body: "<h1>Server Error</h1>" };
      case "error": return json({ ok: false, error: fault.error });
      case "answer": return { status: fault.status, headers: { "Content-Type": "text/plain" }, body: fault.body };
      case "drop_before": return null;
      case "hang": return "hang";
      case "silent_drop": return json(pretend(call));
    }
    if (call.method === "webhook") {
      const taken = await this.#webhook(request, body);
      return fault?.mode === "drop_after" ? null : taken;
    }
    const token = (request.headers.authorization ?? "").replace(/^Bearer\s+/i, "").trim();
    const spelled = token && this.spell(token);
    if (spelled === null) return json({ ok: false, error: "invalid_auth" });
    const answer = await this.#forward(request, this.#unthreaded(call, body), spelled);
    if (call.method === "auth.test") answer.body = this.#athome(answer.body);
    if (call.method === "chat.delete") this.#deleted.add(`${call.channel} ${call.ts}`);
    return fault?.mode === "drop_after" ? null : answer;
  }

  // Each channel has one, which leads nowhere else.
  #webhook(request, body) {
    const name = request.url.split("/").at(-1);
    if (!this.info.channels[name]) return { status: 404, headers: { "Content-Type": "text/plain" }, body: "no_service" };
    return this.#forward(request, Buffer.from(JSON.stringify({ ...JSON.parse(body), channel: name })));
  }

  #athome(body) {
    const identity = JSON.parse(body);
    return JSON.stringify(identity.url ? { ...identity, url: `http://127.0.0.1:${this.port}/` } : identity);
  }

  #takeFault(method, body) {
    const fault = this.#faults.find((one) => one.n && (one.method === "*" || one.method === method)
      && (!one.match || body.includes(one.match)));
    if (fault) fault.n -= 1;
    return fault;
  }

  #unthreaded({ method, channel, thread_ts }, body) {
    if (method !== "chat.postMessage" || !this.#deleted.has(`${channel} ${thread_ts}`)) return body;
    const { thread_ts: _gone, ...message } = JSON.parse(body);
    return Buffer.from(JSON.stringify(message));
  }

  // A closed port, seen from outside: connection refused.
  #refuse(seconds) {
    this.#server.close();
    this.#server.closeIdleConnections();
    if (seconds >= 0) this.#reopening = setTimeout(() => this.#reopen(), seconds * 1000);
  }

  #reopen() {
    clearTimeout(this.#reopening);
    if (!this.#server.listening) return opened(this.#server, this.port);
  }

  #forward(request, body, token) {
    const headers = { ...request.headers, "content-length": body.length };
    delete headers["transfer-encoding"];
    if (token) headers.authorization = `Bearer ${token}`;
    const options = { port: this.target, host: "127.0.0.1", path: request.url, method: request.method, headers };
    return new Promise((done, failed) => {
      const onward = http.request(options, async (answer) => {
        try {
          done({ status: answer.statusCode, headers: answer.headers, body: await whole(answer) });
        } catch (error) {
          failed(error);
        }
      });
      onward.on("error", failed);
      onward.end(body);
    });
  }
}

// The body of a request or an answer; an error if the other side goes before its end.
async function whole(message) {
  const chunks = [];
  for await (const chunk of message) chunks.push(chunk);
  return Buffer.concat(chunks);
}

function opened(server, port) {
  return new Promise((done) => server.listen(port, "127.0.0.1", done));
}

function relay(answer, response) {
  const headers = { ...answer.headers, "content-length": Buffer.byteLength(answer.body), connection: "close" };
  delete headers["transfer-encoding"];
  response.writeHead(answer.status, headers).end(answer.body);
}

// The arguments of a call; slack_sdk sends JSON or a form, depending on the method.
function fields(request, body) {
  try {
    const type = request.headers["content-type"] ?? "";
    return type.includes("json") ? JSON.parse(body) : Object.fromEntries(new URLSearchParams(String(body)));
  } catch {
    return {};
  }
}

function pretend({ channel, thread_ts }) {
  const ts = (Date.now() / 1000).toFixed(6);
  return { ok: true, channel, ts, message: { type: "message", ts, ...(thread_ts && { thread_ts }) } };
}
