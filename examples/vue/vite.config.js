import vue from "@vitejs/plugin-vue";
import { defineConfig } from "vite";

// The page's own server hands on what the page asks: no other origin, so no CORS. What carries `traceparent` to the APIs is
// the page; this server takes no part in the trace.
const proxy = {
  "/orders": process.env.ORDERS_URL ?? "http://localhost:8000",
  "/carts": process.env.CARTS_URL ?? "http://localhost:8080",
  "/v1/traces": process.env.OTLP_URL ?? "http://localhost:4318",
};

export default defineConfig({
  plugins: [vue()],
  server: { proxy },
  preview: { proxy },
});
