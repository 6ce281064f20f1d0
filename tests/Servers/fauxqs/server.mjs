// Amazon SQS on 127.0.0.1, in memory: says where it listens, and ends when its standard input does.
import { buildApp } from "fauxqs";

const app = buildApp({ logger: false });
console.log(await app.listen({ port: Number(process.argv[2] ?? 0), host: "127.0.0.1" }));
process.stdin.resume();
process.stdin.on("end", () => process.exit(0));
