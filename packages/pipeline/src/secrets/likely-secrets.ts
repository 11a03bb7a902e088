/** What secrets of well-known services look like. The forms are those that the services publish for secret scanners. */
export interface LikelySecret {
  readonly kind: string;
  /** Sticky-free and global; matches at most `MAX_LIKELY_LENGTH` characters. */
  readonly pattern: RegExp;
}

/** No pattern matches more than this: two pieces of a stream must overlap by as much. */
export const MAX_LIKELY_LENGTH = 512;

export const LIKELY_SECRETS: readonly LikelySecret[] = [
  { kind: "what looks like a GitHub token", pattern: /\bgh[pousr]_[A-Za-z0-9_]{20,255}/g },
  { kind: "what looks like a GitHub fine-grained token", pattern: /\bgithub_pat_[A-Za-z0-9_]{22,255}/g },
  { kind: "what looks like a GitLab token", pattern: /\bglpat-[A-Za-z0-9_-]{20,64}/g },
  { kind: "what looks like an Anthropic key", pattern: /\bsk-ant-[A-Za-z0-9_-]{16,200}/g },
  { kind: "what looks like an OpenAI key", pattern: /\bsk-(?:proj|svcacct|admin)-[A-Za-z0-9_-]{20,200}/g },
  { kind: "what looks like an AWS access key id", pattern: /\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/g },
  { kind: "what looks like an AWS Bedrock key", pattern: /\bABSK[A-Za-z0-9+/=]{40,300}/g },
  { kind: "what looks like a Google API key", pattern: /\bAIza[A-Za-z0-9_-]{35}\b/g },
  { kind: "what looks like a Slack token", pattern: /\bxox[abeoprs]-[A-Za-z0-9-]{10,200}/g },
  { kind: "what looks like an npm token", pattern: /\bnpm_[A-Za-z0-9]{36}\b/g },
  { kind: "what looks like a PyPI token", pattern: /\bpypi-[A-Za-z0-9_-]{50,300}/g },
  { kind: "what looks like a Codeflash key", pattern: /\bcf-[A-Za-z0-9_-]{40,100}/g },
  { kind: "what looks like a private key", pattern: /-----BEGIN (?:[A-Z]+ ){0,3}PRIVATE KEY-----/g },
];
