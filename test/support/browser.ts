/** A browser of this machine for tests of what people look at. There is none to download: tests skip and say so. */
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import { type Browser, chromium } from "playwright-core";

const NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
const MAC = "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome";

/** An open browser, or why there is none. */
export async function openBrowser(): Promise<Browser | string> {
  const paths = (process.env.PATH ?? "").split(delimiter).flatMap((folder) => NAMES.map((name) => join(folder, name)));
  const executablePath = [...paths, MAC].find(isExecutable);
  if (executablePath === undefined) return "no Chromium or Chrome on this machine";
  try {
    // The pages are our own; root, as containers have it, cannot have Chromium's sandbox.
    return await chromium.launch({ executablePath, chromiumSandbox: false, timeout: 30_000 });
  } catch (cause) {
    return `${executablePath} does not start: ${String(cause).split("\n")[0]}`;
  }
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
