// The built front end with the fake backend, served as the program serves it: same
// Content-Security-Policy, nothing from elsewhere. A message of the console fails a test.

import { readFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";
import axe from "axe-core";
import { type Browser, chromium, type Page } from "playwright-core";

const dist = fileURLToPath(new URL("../../dist-fake", import.meta.url));
const shots =
  process.env.KEYHAVEN_SHOTS ?? fileURLToPath(new URL("../../test-results", import.meta.url));

const CSP = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "font-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

const SIZES = {
  index: { width: 1180, height: 760 },
  prompt: { width: 420, height: 520 },
  reveal: { width: 460, height: 300 },
};

const types: Record<string, string> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".css": "text/css",
  ".woff2": "font/woff2",
};

/** Dates begin at the given instant; timers and measurements stay real. */
function presentAt(instant: string): void {
  const shift = Date.parse(instant) - Date.now();
  const Real = Date;
  class Shifted extends Real {
    constructor(...given: unknown[]) {
      if (given.length === 0) super(Real.now() + shift);
      else super(...(given as [number]));
    }
    static override now(): number {
      return Real.now() + shift;
    }
  }
  globalThis.Date = Shifted as DateConstructor;
}

export type Theme = "light" | "dark";

export class Views {
  readonly #server: Server;
  readonly #browser: Browser;
  readonly #origin: string;

  private constructor(server: Server, browser: Browser) {
    this.#server = server;
    this.#browser = browser;
    this.#origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  static async start(): Promise<Views> {
    const server = createServer(async (request, response) => {
      const path = normalize(new URL(request.url ?? "/", "http://x").pathname);
      try {
        const body = await readFile(join(dist, path));
        response.writeHead(200, {
          "content-type": types[extname(path)] ?? "application/octet-stream",
          "content-security-policy": CSP,
        });
        response.end(body);
      } catch {
        response.writeHead(path === "/favicon.ico" ? 204 : 404).end();
      }
    });
    await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
    const browser = await chromium.launch({
      executablePath: process.env.KEYHAVEN_CHROMIUM ?? "/usr/bin/chromium",
      args: process.getuid?.() === 0 ? ["--no-sandbox"] : [],
    });
    return new Views(server, browser);
  }

  async stop(): Promise<void> {
    await this.#browser.close();
    await new Promise((closed) => this.#server.close(closed));
  }

  /** A fresh window on a page with the fake's options, once it can be used. */
  async open(
    page: keyof typeof SIZES,
    options: Record<string, string>,
    theme: Theme,
  ): Promise<Window> {
    const context = await this.#browser.newContext({
      viewport: SIZES[page],
      colorScheme: theme,
      reducedMotion: "reduce",
      locale: "en-GB",
      timezoneId: "UTC",
    });
    const tab = await context.newPage();
    await tab.addInitScript(presentAt, options.now ?? new Date().toISOString());
    const window = new Window(tab, theme);
    const query = new URLSearchParams(options).toString();
    await tab.goto(`${this.#origin}/${page}.html?${query}`);
    await tab.locator('html[data-ready="true"]').waitFor({ state: "attached" });
    await tab.evaluate(() => document.fonts.ready.then(() => undefined));
    return window;
  }
}

export class Window {
  readonly page: Page;
  readonly #theme: Theme;
  readonly #complaints: string[] = [];

  constructor(page: Page, theme: Theme) {
    this.page = page;
    this.#theme = theme;
    page.on("console", (message) => {
      if (message.type() === "error" || message.type() === "warning")
        this.#complaints.push(message.text());
    });
    page.on("pageerror", (error) => this.#complaints.push(String(error)));
  }

  /** What the console said that it should not have. */
  complaints(): string[] {
    return this.#complaints;
  }

  async shot(name: string): Promise<void> {
    await this.page.screenshot({ path: join(shots, `${name}-${this.#theme}.png`) });
  }

  /** Serious and critical findings of axe, one line each. */
  async findings(): Promise<string[]> {
    await this.page.evaluate(axe.source);
    const result = await this.page.evaluate(async () => {
      // biome-ignore lint/suspicious/noExplicitAny: axe was put there by its source
      const found = await (window as any).axe.run(document, { resultTypes: ["violations"] });
      return found.violations as import("axe-core").Result[];
    });
    return result
      .filter(({ impact }) => impact === "serious" || impact === "critical")
      .flatMap(({ id, nodes }) =>
        nodes.map((node) => `${id}: ${node.target.join(" ")} ${node.failureSummary ?? ""}`),
      );
  }

  /** Elements whose font would draw what was typed as another sign. */
  async ligatures(): Promise<string[]> {
    return this.page.evaluate(() =>
      [...document.body.querySelectorAll("*")]
        .filter((element) => {
          const { fontFamily, fontVariantLigatures } = getComputedStyle(element);
          return fontFamily.includes("JetBrains") && fontVariantLigatures !== "none";
        })
        .map((element) => `${element.tagName} ${element.className}`),
    );
  }

  async close(): Promise<void> {
    await this.page.context().close();
  }
}
