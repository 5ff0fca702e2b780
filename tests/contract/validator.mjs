// Validates the AsyncAPI document in a file by AsyncAPI's own parser, found below the directory given first:
//
//     node validator.mjs DIRECTORY DOCUMENT
//
// Prints what it has to say, errors and warnings first, and exits 1 if the document is not valid.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const { Parser } = createRequire(`${process.argv[2]}/`)("@asyncapi/parser");
const { document, diagnostics } = await new Parser().parse(readFileSync(process.argv[3], "utf8"));
const severities = ["error", "warning", "information", "hint"];
for (const { severity, code, path, message } of diagnostics.sort((a, b) => a.severity - b.severity))
  console.log(`${severities[severity]}: ${code} at /${path.join("/")}: ${message}`);
console.log(document ? `valid: ${document.channels().all().length} channels` : "invalid");
process.exit(document ? 0 : 1);
