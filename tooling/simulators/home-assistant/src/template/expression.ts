import { pythonText, TemplateError, truthy } from './values.ts';

/** What an expression can reach. */
export interface Scope {
  name(name: string): unknown;
  attribute(value: unknown, name: string): unknown;
  call(name: string, positional: readonly unknown[], named: ReadonlyMap<string, unknown>): unknown;
  filter(name: string, value: unknown, positional: readonly unknown[], named: ReadonlyMap<string, unknown>): unknown;
}

const TOKEN = /\s*(?:(\d+(?:\.\d+)?)|('(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")|([A-Za-z_]\w*)|(==|!=|<=|>=|\/\/|[-+*/%<>()[\],.|=~}]))/y;

function tokenize(source: string): string[] {
  const tokens: string[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < source.trimEnd().length) {
    const at = TOKEN.lastIndex;
    const found = TOKEN.exec(source);
    if (!found) throw new TemplateError('TemplateSyntaxError', `unexpected char '${source.slice(at).trim().charAt(0)}' at ${at}`);
    tokens.push(found[0].trim());
  }
  return tokens;
}

/** Evaluates one expression of the small Jinja subset. */
export function evaluate(source: string, scope: Scope): unknown {
  const reader = new Reader(tokenize(source), scope);
  const value = reader.ternary();
  reader.end();
  return value;
}

/** A recursive-descent evaluator: reading and running are one pass. */
class Reader {
  readonly #tokens: readonly string[];
  readonly #scope: Scope;
  #at = 0;

  constructor(tokens: readonly string[], scope: Scope) {
    this.#tokens = tokens;
    this.#scope = scope;
  }

  end(): void {
    if (this.#peek() !== undefined)
      throw new TemplateError('TemplateSyntaxError', `expected token 'end of print statement', got '${this.#peek()}'`);
  }

  ternary(): unknown {
    const value = this.#or();
    if (!this.#take('if')) return value;
    const chosen = truthy(this.#or());
    const other = this.#take('else') ? this.ternary() : '';
    return chosen ? value : other;
  }

  #or(): unknown {
    let left = this.#and();
    while (this.#take('or')) {
      const right = this.#and();
      left = truthy(left) ? left : right;
    }
    return left;
  }

  #and(): unknown {
    let left = this.#not();
    while (this.#take('and')) {
      const right = this.#not();
      left = truthy(left) ? right : left;
    }
    return left;
  }

  #not(): unknown {
    return this.#take('not') ? !truthy(this.#not()) : this.#compare();
  }

  #compare(): unknown {
    const left = this.#sum();
    const operator = this.#takeAny(['==', '!=', '<=', '>=', '<', '>', 'in']);
    if (operator === undefined) return left;
    return compare(operator, left, this.#sum());
  }

  #sum(): unknown {
    let left = this.#product();
    for (let operator = this.#takeAny(['+', '-', '~']); operator !== undefined; operator = this.#takeAny(['+', '-', '~'])) {
      left = arithmetic(operator, left, this.#product());
    }
    return left;
  }

  #product(): unknown {
    let left = this.#filtered();
    for (let operator = this.#takeAny(['*', '//', '/', '%']); operator !== undefined; operator = this.#takeAny(['*', '//', '/', '%'])) {
      left = arithmetic(operator, left, this.#filtered());
    }
    return left;
  }

  #filtered(): unknown {
    let value = this.#take('-') ? -Number(this.#primary()) : this.#primary();
    while (this.#take('|')) {
      const name = this.#next();
      const { positional, named } = this.#take('(') ? this.#arguments() : { positional: [], named: new Map<string, unknown>() };
      value = this.#scope.filter(name, value, positional, named);
    }
    return value;
  }

  #primary(): unknown {
    const token = this.#next();
    if (token === '(') {
      const value = this.ternary();
      this.#expect(')');
      return value;
    }
    if (token === '[') return this.#list();
    if (/^\d/.test(token)) return Number(token);
    if (/^['"]/.test(token)) return token.slice(1, -1).replace(/\\(.)/g, '$1');
    if (!/^\w/.test(token)) throw new TemplateError('TemplateSyntaxError', `unexpected '${token}'`);
    return this.#suffixes(token);
  }

  #suffixes(name: string): unknown {
    let value: unknown;
    if (this.#take('(')) {
      const { positional, named } = this.#arguments();
      value = this.#scope.call(name, positional, named);
    } else value = this.#scope.name(name);
    while (this.#take('.')) value = this.#scope.attribute(value, this.#next());
    return value;
  }

  #list(): unknown[] {
    const items: unknown[] = [];
    while (!this.#take(']')) {
      items.push(this.ternary());
      if (!this.#take(',') && this.#peek() !== ']') this.#expect(']');
    }
    return items;
  }

  #arguments(): { positional: unknown[]; named: Map<string, unknown> } {
    const positional: unknown[] = [];
    const named = new Map<string, unknown>();
    while (!this.#take(')')) {
      if (this.#peek() === undefined || this.#peek() === '}')
        throw new TemplateError('TemplateSyntaxError', "unexpected '}', expected ')'");
      if (this.#tokens[this.#at + 1] === '=') {
        const name = this.#next();
        this.#expect('=');
        named.set(name, this.ternary());
      } else positional.push(this.ternary());
      if (!this.#take(',') && this.#peek() !== ')') this.#expect(')');
    }
    return { positional, named };
  }

  #peek(): string | undefined {
    return this.#tokens[this.#at];
  }

  #next(): string {
    const token = this.#tokens[this.#at];
    if (token === undefined) throw new TemplateError('TemplateSyntaxError', "unexpected '}', expected ')'");
    this.#at += 1;
    return token;
  }

  #take(token: string): boolean {
    if (this.#peek() !== token) return false;
    this.#at += 1;
    return true;
  }

  #takeAny(tokens: readonly string[]): string | undefined {
    const token = this.#peek();
    if (token === undefined || !tokens.includes(token)) return undefined;
    this.#at += 1;
    return token;
  }

  #expect(token: string): void {
    if (!this.#take(token)) throw new TemplateError('TemplateSyntaxError', `expected token '${token}', got '${this.#peek() ?? '}'}'`);
  }
}

function compare(operator: string, left: unknown, right: unknown): boolean {
  if (operator === '==') return left === right;
  if (operator === '!=') return left !== right;
  if (operator === 'in') return Array.isArray(right) ? right.includes(left) : String(right).includes(String(left));
  if (typeof left !== typeof right) {
    throw new TemplateError('TypeError', `'${operator}' not supported between instances of '${typeName(left)}' and '${typeName(right)}'`);
  }
  const [a, b] = [left as number, right as number];
  if (operator === '<') return a < b;
  if (operator === '>') return a > b;
  return operator === '<=' ? a <= b : a >= b;
}

function typeName(value: unknown): string {
  if (typeof value === 'string') return 'str';
  return typeof value === 'number' ? (Number.isInteger(value) ? 'int' : 'float') : 'NoneType';
}

function arithmetic(operator: string, left: unknown, right: unknown): unknown {
  if (operator === '~') return pythonText(left) + pythonText(right);
  if (operator === '+' && typeof left === 'string' && typeof right === 'string') return left + right;
  if (typeof left !== 'number' || typeof right !== 'number') {
    throw new TemplateError('TypeError', `unsupported operand type(s) for ${operator}: '${typeName(left)}' and '${typeName(right)}'`);
  }
  if (operator === '+') return left + right;
  if (operator === '-') return left - right;
  if (operator === '*') return left * right;
  if (right === 0) throw new TemplateError('ZeroDivisionError', 'division by zero');
  if (operator === '%') return left % right;
  return operator === '/' ? left / right : Math.floor(left / right);
}
