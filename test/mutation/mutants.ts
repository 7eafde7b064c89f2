import ts from "typescript";

/** One small change to a source file that a good test notices. */
export interface Mutant {
  /** Counted from 1. */
  readonly line: number;
  readonly from: string;
  readonly to: string;
  readonly source: string;
}

/** What takes an operator's place: its boundary, its opposite, its neighbour. */
const OPERATORS: Readonly<Record<string, readonly string[]>> = {
  "<": ["<=", ">="],
  "<=": ["<", ">"],
  ">": [">=", "<="],
  ">=": [">", "<"],
  "===": ["!=="],
  "!==": ["==="],
  "&&": ["||"],
  "||": ["&&"],
  "??": ["&&"],
  "+": ["-"],
  "-": ["+"],
  "*": ["+"],
  "/": ["*"],
  "%": ["*"],
  "&": ["|"],
  "|": ["&"],
  "<<": [">>"],
  ">>": ["<<"],
  "+=": ["-="],
  "-=": ["+="],
  "++": ["--"],
  "--": ["++"],
};

const METHODS: Readonly<Record<string, string>> = {
  min: "max",
  max: "min",
  some: "every",
  every: "some",
  floor: "ceil",
  ceil: "floor",
  push: "unshift",
  shift: "pop",
};

/** All mutants of a source file, in the order of the text: the same file gives the same ones. */
export function mutantsOf(text: string): Mutant[] {
  const file = ts.createSourceFile("mutated.ts", text, ts.ScriptTarget.ES2023, true);
  const mutants: Mutant[] = [];
  const replace = (start: number, end: number, to: string): void => {
    mutants.push({
      line: file.getLineAndCharacterOfPosition(start).line + 1,
      from: text.slice(start, end),
      to,
      source: text.slice(0, start) + to + text.slice(end),
    });
  };
  const replaceNode = (node: ts.Node, to: string): void => replace(node.getStart(file), node.end, to);
  const negate = (condition: ts.Expression): void => replaceNode(condition, `!(${condition.getText(file)})`);
  const visit = (node: ts.Node): void => {
    if (ts.isTypeNode(node) || ts.isImportDeclaration(node) || ts.isInterfaceDeclaration(node)) return;
    if (ts.isTypeAliasDeclaration(node)) return;
    if (ts.isBinaryExpression(node)) {
      for (const to of OPERATORS[node.operatorToken.getText(file)] ?? []) replaceNode(node.operatorToken, to);
    } else if (ts.isPrefixUnaryExpression(node)) {
      const { operand } = node;
      if (node.operator === ts.SyntaxKind.ExclamationToken) replaceNode(node, operand.getText(file));
      else if (node.operator === ts.SyntaxKind.MinusToken) replaceNode(node, operand.getText(file));
    } else if (ts.isPostfixUnaryExpression(node)) {
      const operator = node.operator === ts.SyntaxKind.PlusPlusToken ? "++" : "--";
      replace(node.operand.end, node.end, OPERATORS[operator]![0]!);
    } else if (ts.isNumericLiteral(node)) {
      replaceNode(node, `${Number(node.text.replaceAll("_", "")) + 1}`);
    } else if (node.kind === ts.SyntaxKind.TrueKeyword) {
      replaceNode(node, "false");
    } else if (node.kind === ts.SyntaxKind.FalseKeyword) {
      replaceNode(node, "true");
    } else if (ts.isIfStatement(node)) {
      negate(node.expression);
    } else if (ts.isConditionalExpression(node)) {
      negate(node.condition);
    } else if (ts.isCallExpression(node) && ts.isPropertyAccessExpression(node.expression)) {
      const { name, expression } = node.expression;
      const to = METHODS[name.text];
      if (to !== undefined) replaceNode(name, to);
      if (["reverse", "sort", "filter", "clear", "set"].includes(name.text))
        replaceNode(node, expression.getText(file));
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return mutants;
}
