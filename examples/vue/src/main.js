// First, so that everything after it is traced.
import "./tracing.js";

import { createApp } from "vue";

import App from "./App.vue";

createApp(App).mount("#app");
