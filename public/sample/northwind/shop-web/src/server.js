import Fastify from "fastify";
import { register } from "prom-client";
import { Cart } from "./cart.js";
import { price } from "./price.js";
import { flag } from "./flags.js";

const app = Fastify({ logger: true });
const carts = new Map();

app.get("/healthz", async () => ({ ok: true }));
app.get("/ready", async () => ({ ok: true }));
app.get("/metrics", async (_, reply) => reply.type(register.contentType).send(await register.metrics()));

app.post("/cart/:id/:sku", async (request) => {
  const cart = carts.get(request.params.id) ?? new Cart();
  cart.add(request.params.sku, 1);
  carts.set(request.params.id, cart);
  return { items: cart.items(), total: price(cart, await flag("summer-sale")) };
});

app.listen({ host: "0.0.0.0", port: Number(process.env.PORT ?? 8080) });
