/**
 * The command, bundled: Node spends longer on finding and linking some two hundred small modules than on their work.
 * Libraries stay outside, under their own licences, and what a command does not use stays in chunks of its own.
 */
export default {
  input: { accord: "engine/cli/bin.ts" },
  platform: "node",
  external: /^[^./]/,
  output: { dir: "dist/bin", format: "esm", chunkFileNames: "[name]-[hash].js" },
};
