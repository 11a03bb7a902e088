// The vocabulary that the rules are made of. Every expression is read without regard to case.

const r = String.raw;
const expression = (source: string): RegExp => new RegExp(source, "i");

const ai = r`(?:\bA\.?I\.?\b|\bLLMs?\b|\b(?:large )?language models?\b|\bartificial intelligence\b|\bgen-?AI\b|\bchat-?gpt\b|\bGPT(?:-?\d[\w.]*)?\b|\bcopilot\b|\bclaude\b|\bcodex\b|\bgemini\b|\bcursor\b|\bdevin\b|\bchat-?bots?\b|\b(?:coding|autonomous|agentic) (?:agents?|assistants?|tools?)\b)(?!\.\w)`;
const few = (most: number): string => r`(?:[\w'/&,-]+ ){0,${most}}?`;

/** Something that people send to a project as work to merge. */
const work: string = r`(?:contributions?|pull[- ]requests?|PRs?|merge[- ]requests?|MRs?|patch(?:es)?|code|commits?|submissions?|change(?:s|sets?)?|source)`;
/** Something that people write to a project. */
const words = r`(?:issues?|bug reports?|reports?|vulnerabilit\w+|findings?|comments?|discussions?|translations?|images?|art(?:work)?|documentation|docs|reviews?|descriptions?|e?-?mails?|messages?|questions?|answers?|responses?)`;

const made = r`(?:generated|written|assisted|authored|created|produced|made|coded|aided|crafted|composed|drafted|prepared|submitted|opened|built|developed)`;

/** A contribution that was made by AI. */
const madeByAi: string = [
  r`${ai}[-\s/]*(?:and |or )?(?:${made})\b`,
  r`\b(?:machine|bot)[- ](?:generated|written|authored)\b`,
  r`\b${made} ${few(4)}(?:by|with|using|via|through|from) ${few(5)}(?:${ai}|\bbots?\b|\b(?:an? )?agents?\b)`,
  r`${ai}[- ](?:code )?(?:contributions?|pull[- ]requests?|PRs?|submissions?|patch(?:es)?|commits?|slop)\b`,
  r`\b(?:AI )?slop\b`,
  r`\bvibe[- ]cod(?:ed|ing)\b`,
  r`\b(?:fully )?automated (?:contributions?|pull[- ]requests?|PRs?)\b`,
].join("|");

export const mentionsAi: RegExp = expression(ai);
export const isMadeByAi: RegExp = expression(madeByAi);
export const namesWork: RegExp = expression(r`\b${work}\b`);
export const namesWords: RegExp = expression(r`\b${words}\b`);

const not = r`(?:do(?:es)? not|don't|doesn't|will not|won't|cannot|can't|can not|no longer|never|not|aren't|isn't|must not|mustn't|may not|should not|shouldn't|shall not|refuse to|unable to|please don't|refrain from|abstain from)`;
const taken = r`(?:accept(?:ed|ing|able|s)?|allow(?:ed|ing)?|permit(?:ted|ting)?|merg(?:e|ed|ing)|review(?:ed|ing)?|consider(?:ed|ing)?|tak(?:e|en|ing)|welcomed?|want(?:ed)?|submit(?:ted|ting)?|commit(?:ted|ting)?|send(?:ing)?|open(?:ed|ing)?|contribute[d]?|post(?:ed)?|tolerated?|desired|approved?|included?|entertain(?:ed)?|appreciated?|looking for|eligible)`;
const away = r`(?:closed|rejected|removed|deleted|reverted|ignored|discarded|dismissed|declined|denied|refused|banned|prohibited|forbidden|disallowed|blocked|unwelcome|unacceptable|off[- ]limits|marked as spam)`;

/** What says no. */
export const refusals: readonly RegExp[] = [
  expression(r`\b${not}\b ${few(3)}${taken}\b`),
  expression(r`\b(?:is|are|be|get|gets|being) ${few(3)}${away}\b`),
  expression(
    r`\b(?:we|maintainers|project|policy|rules?) ${few(3)}(?:ban|bans|prohibit|prohibits|forbid|forbids|disallow|disallows|reject|rejects|decline|declines|refuse|refuses|close|closes)\b`,
  ),
  expression(
    r`\b(?:prohibit|forbid|ban|disallow|reject)(?:s|ed|den|ned)?:?$|^(?:strictly )?(?:prohibited|forbidden|banned|disallowed|not (?:allowed|accepted|permitted))\b`,
  ),
  expression(
    r`\bno (?:(?:purely|fully|entirely|wholly|solely|completely|more|unsolicited) )*(?:${madeByAi})`,
  ),
  expression(r`\b(?:zero[- ]tolerance|against (?:our|the) (?:policy|policies|rules))\b`),
];

/** A "no" that names no contribution. */
export const saysNo: RegExp = expression(
  r`\bno ${ai} (?:for|in) ${few(2)}${work}\b|\b(?:no|anti)[- ]AI (?:policy|rule|project)\b`,
);

/** Only what people wrote themselves is taken. */
export const humansOnly: readonly RegExp[] = [
  expression(
    r`\b(?:must|should|ha(?:s|ve) to|needs? to) be ${few(2)}(?:human[- ](?:written|authored|made|created)|(?:written|authored|created|made|produced) ${few(2)}by (?:an? )?(?:humans?|people|persons?|human beings?))\b`,
  ),
  expression(r`\bonly ${few(2)}human[- ](?:written|authored|made|created)\b`),
];

/** "AI is not to be used" for contributions. */
export const useRefusals: readonly RegExp[] = [
  expression(
    r`(?<!\b(?:we|it|they|library|project|which|that|code|tool) )\b(?:do not|don't|never|must not|may not|should not|cannot|can't|are not (?:allowed|permitted) to) ${few(2)}us(?:e|ing) ${few(4)}${ai}`,
  ),
  expression(
    r`\b(?:use|usage) of ${few(4)}${ai}[^.]{0,80}\b(?:is|are) ${few(2)}(?:prohibited|forbidden|banned|disallowed|not ${few(1)}(?:allowed|permitted|accepted|acceptable|welcome))\b`,
  ),
  expression(r`${ai}[^.]{0,40}\b(?:may|must|should|can|shall) ?not be used\b`),
];
export const toMakeWork: RegExp = expression(
  r`\b(?:to|for|when|while|in) ${few(3)}(?:write|writing|generate|generating|create|creating|author|produce|producing|contribut\w+|prepare|develop|submit\w*|code|coding)\b`,
);

/** Words that turn a "no" round: "are not banned", "we do not reject". */
export const doubleNegative: RegExp = new RegExp(
  r`\b(?:not|n't|never|no longer|nor) ${few(2)}(?:ban(?:ned)?|prohibit(?:ed)?|forbid(?:den)?|reject(?:ed)?|refused?|disallow(?:ed)?|opposed|against|unwelcome|(?:be )?closed|declined?|a (?:problem|reason))\b|\bno (?:objections?|problems?|issues? with|ban)\b|\bnothing against\b|\bnot only\b`,
  "gi",
);

/** Words after which a "no" holds only for some, or only until something is done. */
export const conditions: readonly RegExp[] = [
  expression(
    r`\b(?:unless|except (?:for|when|if|with|where)|until|only (?:if|when|after)|case[- ]by[- ]case)\b`,
  ),
  expression(
    r`\bwithout (?!(?:further |prior |any |much |a )*(?:comments?|notice|warning|explanations?|discussion|review(?! by| from)|exceptions?|hesitation|questions?|being (?:reviewed|read)|consideration|reply|response|feedback|merit)\b)`,
  ),
  expression(
    r`\b(?:undisclosed|unreviewed|low[- ](?:quality|effort|value)|poor[- ]quality|blindly|careless(?:ly)?|lazy|raw|unverified|untested|unedited|unchecked|spammy|lacks?|lacking)\b`,
  ),
  expression(
    r`\b(?:you|they|who|which|that|author|contributor|submitter|it) ${few(2)}(?:do(?:es)? not|don't|doesn't|have not|haven't|has not|cannot|can't|did not|didn't) ${few(2)}(?:understand|review|disclose|test|explain|check|verify|read|reviewed|tested|understood|read|have|include|follow|explained|checked)\b`,
  ),
  expression(r`\b(?:may|might|could|can) ${few(1)}be ${few(2)}${away}\b`),
  expression(
    r`\b(?:haven't|have not|hasn't|has not|not) been ${few(1)}(?:reviewed|tested|disclosed|checked|verified)\b`,
  ),
];

/** What somebody who uses AI is asked to do. */
export const duties: RegExp = expression(
  r`\b(?:disclos\w+|declar(?:e|ed|ation)|discourag\w+|transparen\w+|acknowledg\w+|attribut\w+|assisted-by|generated-by|accountab\w+|(?:fully |entirely |solely )?responsible|human (?:review|oversight|in the loop)|(?:must|should|please|need to|have to|be able to|required to) ${few(4)}(?:label|mark|mention|state|note|indicate|tell|say|understand|explain|review|verify|check|test|specify|tag)(?:l?ed|ed)?|prior (?:approval|discussion|permission)|ask (?:us )?first)\b`,
);

/** What says yes. */
export const welcomes: readonly RegExp[] = [
  expression(
    r`\b(?:is|are|be) (?!not\b)${few(2)}(?:welcome|allowed|accepted|permitted|fine|ok|okay|encouraged|acceptable)\b`,
  ),
  expression(
    r`\b(?:we (?:happily |gladly |do )?(?:welcome|accept|allow|encourage)|you (?:can|may)(?! not)|(?:you are |you're |feel )(?:welcome|free) to|happy to (?:accept|review|merge|take))\b`,
  ),
];
export const usesAi: RegExp = expression(
  r`\bus(?:e|ed|es|ing|age)\b[^.]{0,40}${ai}|${ai}[^.]{0,30}\b(?:use|usage|used|tools?|assistance|assistants?|help)\b`,
);

/** No contributions of ours, whoever made them. */
const outside = r`(?:any |new |code |external |outside |third[- ]party |public |community |direct |unsolicited )*`;
export const closedProject: readonly RegExp[] = [
  expression(
    r`\b(?:do(?:es)? not|don't|doesn't|no longer|cannot|can't|aren't|are not|isn't|is not|not|won't|will not) (?:currently |generally |presently |yet |actively |usually )*(?:accept(?:ing)?|tak(?:e|ing)|merg(?:e|ing)|seek(?:ing)?|looking for|open (?:to|for)) ${outside}(?:contributions?|pull[- ]requests?|PRs|patches)(?: (?:from (?:the )?(?:public|outside|community|external|third|anyone|people)[\w -]*|at (?:this|the) (?:time|moment|present)|any ?more|currently|right now|yet|for now|at all|(?:in|to|on|for) this (?:repo|repository|project)|here))*\s*[.!,:]*$`,
  ),
  expression(r`\bopen[- ]source,? (?:but )?not open[- ]contribution\b`),
  expression(
    r`\b(?:is|are) closed to (?:external |outside |new |public )?(?:contributions?|pull[- ]requests?)\b`,
  ),
];

const unsolicited = r`\b(?:unsolicited|uninvited|drive-by|performance(?:[- ]only)?|(?:micro-?)?optimi[sz]ation)\b`;
export const unsolicitedWork: RegExp = expression(
  r`(?:${unsolicited}(?:[ /,-]+(?:and |or )?(?:[\w-]+)){0,3}? ${work}\b|\bmicro-?optimi[sz]ations?\b)`,
);
export const noUnsolicited: RegExp = expression(
  r`\bno (?:[\w-]+ ){0,2}?(?:unsolicited|uninvited|drive-by|performance|micro-?optimi[sz]ations?|optimi[sz]ation)\b`,
);
/** A contribution wants a word beforehand. */
export const talkFirst: RegExp = expression(
  r`\b(?:PRs?|pull[- ]requests?|contributions?|patches)\b[^.]{0,60}\bwithout (?:an? |any |prior )*(?:issue|linked issue|discussion|related issue|associated issue|approv\w+)[^.]{0,60}\b(?:closed|rejected|not (?:be )?(?:accepted|reviewed|considered|merged)|declined)\b`,
);
