/** A field where speed matters, and the words of a repository that told so. */
export interface PerformanceDomain {
  readonly domain: string;
  readonly words: readonly { readonly word: string; readonly where: "topic" | "description" }[];
}

// The specification names data processing, web frameworks, databases and ML infrastructure "etc."; the rest is that "etc.".
const DOMAINS: Readonly<Record<string, string>> = {
  "data processing":
    "data-processing dataframe dataframes etl elt pipeline pipelines data-pipeline data-engineering analytics big-data stream-processing streaming batch-processing spark pandas arrow parquet olap time-series data-science data-analysis",
  "web framework":
    "web-framework http-server http-client api-framework rest-api asgi wsgi server-side-rendering ssr router graphql-server microservices microservice web-server websocket rpc grpc bundler",
  database:
    "database databases sql nosql orm query-engine key-value key-value-store storage-engine cache caching redis postgresql sqlite search-engine full-text-search vector-database vector-search graph-database indexing",
  "machine learning infrastructure":
    "machine-learning deep-learning ml mlops inference training llm llms transformer transformers neural-network neural-networks pytorch tensorflow embeddings gpu cuda model-serving reinforcement-learning computer-vision nlp",
  "numerical computing":
    "numerical numerical-methods scientific-computing linear-algebra simulation simulations optimization solver statistics signal-processing geospatial bioinformatics quantitative-finance",
  "parsing and serialization":
    "parser parsers parsing serialization deserialization serializer json protobuf compression compiler compilers transpiler interpreter linter formatter tokenizer regex template-engine markdown-parser",
  "media processing":
    "image-processing video-processing rendering renderer graphics audio-processing ffmpeg webgl game-engine 3d pdf-generation ocr",
  "messaging and scheduling":
    "message-queue queue queues task-queue job-queue scheduler scheduling workflow-engine event-driven kafka concurrency parallel parallelism distributed-systems distributed-computing async asynchronous",
  performance:
    "performance high-performance low-latency high-throughput fast fastest blazing-fast speed benchmark benchmarks profiling profiler real-time realtime scalable scalability optimizer",
};

const DOMAIN_OF = new Map(
  Object.entries(DOMAINS).flatMap(([domain, words]) =>
    words.split(" ").map((word) => [word, domain] as const),
  ),
);

/** In which field the repository's topics and description place it; null: no word says that speed matters. */
export function performanceDomain(topics: readonly string[], description: string): PerformanceDomain | null {
  const found = new Map<string, "topic" | "description">();
  for (const topic of topics) {
    const word = topic.toLowerCase();
    if (DOMAIN_OF.has(word)) found.set(word, "topic");
  }
  const spoken = description.toLowerCase().match(/[a-z0-9]+(?:-[a-z0-9]+)*/gu) ?? [];
  for (const [index, word] of spoken.entries()) {
    // "time series" of a text is the topic "time-series".
    const two = `${word}-${spoken[index + 1] ?? ""}`;
    for (const one of [two, word]) if (DOMAIN_OF.has(one) && !found.has(one)) found.set(one, "description");
  }
  if (found.size === 0) return null;
  const words = [...found].map(([word, where]) => ({ word, where }));
  return { domain: commonest(words.map(({ word, where }) => [DOMAIN_OF.get(word) ?? "", where])), words };
}

/** The domain with most votes; a topic counts twice, and "performance" alone says no field. */
function commonest(votes: readonly (readonly [domain: string, where: "topic" | "description"])[]): string {
  const counts = new Map<string, number>();
  for (const [domain, where] of votes)
    counts.set(
      domain,
      (counts.get(domain) ?? 0) + (domain === "performance" ? 0.5 : where === "topic" ? 2 : 1),
    );
  return [...counts].toSorted((a, b) => b[1] - a[1])[0]?.[0] ?? "performance";
}
