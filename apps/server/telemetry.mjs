// A sample: prints every span. Start with it: node --import ./apps/server/telemetry.mjs
// --conditions=@latchkey/source apps/server/src/main.ts To send spans to a collector, install
// @opentelemetry/exporter-trace-otlp-http and put its OTLPTraceExporter in place of the
// ConsoleSpanExporter.
import {
  BatchSpanProcessor,
  ConsoleSpanExporter,
  NodeTracerProvider,
} from '@opentelemetry/sdk-trace-node';

new NodeTracerProvider({
  spanProcessors: [
    new BatchSpanProcessor(new ConsoleSpanExporter(), { scheduledDelayMillis: 1000 }),
  ],
}).register();
