// Slack without Slack: the npm package `emulate` with a small team in it, behind a wire
// that can be slow, broken or silent (slack_wire.mjs). Prints one line of JSON when it
// is ready: {"port": ...}. Usage: node slack_double.mjs NODE_MODULES [PORT]
import net from "node:net";
import { pathToFileURL } from "node:url";
import { join } from "node:path";
import { Wire } from "./slack_wire.mjs";

const BOT = "xoxb-acme-helpdesk";
const BOT_USER = "U0HELPDESK";
// emulate answers 403 after 5000 calls an hour with one token, so the wire changes
// between spellings of the token that mean the same bot.
const SPELLINGS = 40;
const CALLS_PER_SPELLING = 4000;
const PEOPLE = ["anna", "ben", "carla"];

function person(name) {
  const title = name[0].toUpperCase() + name.slice(1);
  return { name, real_name: `${title} Agent`, email: `${name}@acme.example` };
}

const seed = {
  team: { name: "Acme Support", domain: "acme-support" },
  users: PEOPLE.map(person),
  channels: [
    { name: "support" },
    { name: "support-eu" },
    { name: "escalations", is_private: true },
    { name: "managers", is_private: true }, // the bot is not in this one
  ],
  oauth_apps: [
    {
      client_id: "1.2", client_secret: "none", app_id: "A0HELPDESK", name: "Helpdesk",
      redirect_uris: [], bot_id: "B0HELPDESK", bot_user_id: BOT_USER, bot_name: "helpdesk",
    },
  ],
  tokens: [
    ...Array.from({ length: SPELLINGS }, (_, index) => ({
      token: `${BOT}.${index}`, type: "bot", user_id: BOT_USER, bot_id: "B0HELPDESK", app_id: "A0HELPDESK",
    })),
    ...PEOPLE.map((name) => ({ token: `xoxp-${name}`, type: "user", user_id: name })),
  ],
  incoming_webhooks: [{ channel: "support" }],
  signing_secret: "acme-signing-secret",
};

let botCalls = 0;

// The token as emulate knows it; null when Slack would say `invalid_auth`
// (emulate itself takes a token it does not know for the administrator's).
function spell(token) {
  if (token === BOT) {
    return `${BOT}.${Math.floor(botCalls++ / CALLS_PER_SPELLING) % SPELLINGS}`;
  }
  return PEOPLE.includes(token.replace(/^xoxp-/, "")) ? token : null;
}

const emulate = pathToFileURL(join(process.argv[2], "emulate", "dist", "api.js"));
const { createEmulator } = await import(emulate);

const wire = new Wire({ spell, reset, addChannel });
const { port, control } = await wire.listen(Number(process.argv[3] ?? 0));
wire.target = await freePort();
const emulator = await createEmulator({
  service: "slack", port: wire.target, hostname: "127.0.0.1", seed: { slack: seed },
  baseUrl: `http://127.0.0.1:${port}`,
});
await populate();
console.log(JSON.stringify({ port, control }));

// emulate does not tell which port it got when asked for any.
function freePort() {
  return new Promise((done) => {
    const server = net.createServer().listen(0, "127.0.0.1", () => {
      const { port: free } = server.address();
      server.close(() => done(free));
    });
  });
}

// What a test starts with: the seed, the bot in its channels, nothing recorded.
async function reset() {
  emulator.reset();
  await populate();
}

async function addChannel(name) {
  const { channel } = await call("conversations.create", "xoxp-anna", { name });
  await call("conversations.invite", "xoxp-anna", { channel: channel.id, users: BOT_USER });
  wire.info.channels[name] = channel.id;
  return channel.id;
}

async function call(method, token, body) {
  const answer = await fetch(`http://127.0.0.1:${wire.target}/api/${method}`, {
    method: "POST",
    headers: { Authorization: `Bearer ${token}`, "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });
  return answer.json();
}

async function populate() {
  const listed = await call("conversations.list", "xoxp-anna", { types: "public_channel,private_channel" });
  const channels = Object.fromEntries(listed.channels.map(({ name, id }) => [name, id]));
  const { members } = await call("users.list", "xoxp-anna", {});
  for (const name of ["support", "support-eu", "escalations"]) {
    await call("conversations.invite", "xoxp-anna", { channel: channels[name], users: BOT_USER });
  }
  wire.info = {
    team: seed.team.name,
    token: BOT,
    user_tokens: Object.fromEntries(PEOPLE.map((name) => [name, `xoxp-${name}`])),
    channels,
    users: Object.fromEntries(members.map(({ id, profile }) => [profile.email, id])),
  };
}
