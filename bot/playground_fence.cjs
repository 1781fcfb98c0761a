"use strict";
// Loaded before the Playground. With telemetry switched off it still looks for a cloud host and for its
// telemetry server, and it listens on every interface without a password. Here it can do neither.
const net = require("node:net");

const OWN = new Set(["127.0.0.1", "::1", "localhost"]);

function place(given) {
  const first = Array.isArray(given[0]) ? given[0][0] : given[0];
  if (typeof first === "object" && first !== null) return first.path ? "localhost" : first.host || "localhost";
  return typeof given[1] === "string" ? given[1] : "localhost";
}

const connect = net.Socket.prototype.connect;
net.Socket.prototype.connect = function (...given) {
  const host = place(given);
  if (OWN.has(host)) return connect.apply(this, given);
  process.nextTick(() => this.destroy(new Error(`The Playground may not reach ${host}`)));
  return this;
};

const listen = net.Server.prototype.listen;
net.Server.prototype.listen = function (...given) {
  if (typeof given[0] === "number" && typeof given[1] !== "string") given.splice(1, 0, "127.0.0.1");
  else if (typeof given[0] === "object" && given[0] !== null && "port" in given[0]) given[0].host = "127.0.0.1";
  return listen.apply(this, given);
};
