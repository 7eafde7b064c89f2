/** One clause of a `*:conditional` tag: a value, and when it holds (wiki.openstreetmap.org, Conditional restrictions). */
interface ConditionalClause {
  readonly value: string;
  /** Without the brackets around it, in lower case: `emergency`, `mo-fr 07:00-09:00`, `weight>7.5`. */
  readonly condition: string;
}

/**
 * The clauses of `VALUE @ (CONDITION); VALUE @ CONDITION`, in the order written; what is not of that form has none. A
 * semicolon inside brackets belongs to a condition. One pass over the text.
 */
export function conditionalClauses(text: string): ConditionalClause[] {
  const clauses: ConditionalClause[] = [];
  let depth = 0;
  let begin = 0;
  for (let i = 0; i <= text.length; i++) {
    const letter = text[i];
    if (letter === "(") depth++;
    else if (letter === ")") depth--;
    if (letter !== undefined && (letter !== ";" || depth > 0)) continue;
    const clause = text.slice(begin, i);
    begin = i + 1;
    const at = clause.indexOf("@");
    if (at < 0) continue;
    const stated = clause.slice(at + 1).trim();
    const isBracketed = stated.startsWith("(") && stated.endsWith(")");
    const condition = (isBracketed ? stated.slice(1, -1) : stated).trim().toLowerCase();
    clauses.push({ value: clause.slice(0, at).trim(), condition });
  }
  return clauses;
}
