//! Evaluates templates as far as values are known.

use std::rc::Rc;

use super::{
    functions,
    output::{Output, Rendered},
    parser::{self, Block, BlockKind, Expression, Node, Pipeline},
    templates::{Context, Memo, Templates},
    value::{HOLE, MAX_TEXT, Value, is_partial},
};

/// How deep templates include each other.
const MAX_INCLUDES: u32 = 30;
/// How deep expressions and blocks may lie in all templates that include each other.
const MAX_DEPTH: u32 = 250;

/// Evaluation ends: a bound is reached, or the template changes what others see.
struct Stop;

type Result<T> = std::result::Result<T, Stop>;

/// Evaluates a template by its number; `steps` is how much may still be done, and becomes less. None where it cannot be
/// evaluated.
#[must_use]
pub fn render(
    templates: &Templates,
    template: usize,
    context: &Context,
    memo: &mut Memo,
    steps: &mut u32,
) -> Option<Rendered> {
    let source = templates.sources.get(template)?.as_ref()?;
    Evaluator::new(templates, &context.0, memo, steps).render(&source.text, &source.parsed.body)
}

struct Evaluator<'a> {
    templates: &'a Templates,
    root: &'a Value,
    memo: &'a mut Memo,
    steps: &'a mut u32,
    includes: u32,
    depth: u32,
}

/// What an expression can name.
#[derive(Debug, Clone)]
struct Scope {
    dot: Value,
    /// The first is `$`.
    variables: Vec<(Rc<str>, Value)>,
}

impl Scope {
    fn new(dot: &Value) -> Self {
        Self { dot: dot.clone(), variables: vec![("$".into(), dot.clone())] }
    }

    fn variable(&self, name: &str) -> Value {
        self.variables.iter().rev().find(|(known, _)| **known == *name).map_or(Value::Unknown, |(_, v)| v.clone())
    }

    fn assign(&mut self, name: &str, value: Value) {
        if let Some((_, known)) = self.variables.iter_mut().rev().find(|(known, _)| **known == *name) {
            *known = value;
        }
    }

    /// The variables are those of here or of another way through the same template.
    fn join(&mut self, other: &Self) {
        for ((_, here), (_, there)) in self.variables.iter_mut().zip(&other.variables) {
            *here = here.or(there);
        }
    }
}

impl<'a> Evaluator<'a> {
    fn new(templates: &'a Templates, root: &'a Value, memo: &'a mut Memo, steps: &'a mut u32) -> Self {
        Self { templates, root, memo, steps, includes: 0, depth: 0 }
    }

    fn render(mut self, text: &str, nodes: &[Node]) -> Option<Rendered> {
        let mut output = Output::default();
        let mut scope = Scope::new(self.root);
        self.nodes(text, nodes, &mut scope, &mut output).ok()?;
        Some(output.finish())
    }

    fn step(&mut self) -> Result<()> {
        *self.steps = self.steps.checked_sub(1).ok_or(Stop)?;
        Ok(())
    }

    /// Counts what a function does with a value.
    fn spend(&mut self, value: &Value) -> Result<()> {
        *self.steps = self.steps.checked_sub(value.weight(*self.steps)).ok_or(Stop)?;
        Ok(())
    }

    fn nodes(&mut self, text: &str, nodes: &[Node], scope: &mut Scope, output: &mut Output) -> Result<()> {
        let outer = scope.variables.len();
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(Stop);
        }
        for node in nodes {
            self.step()?;
            if output.is_full() {
                return Err(Stop);
            }
            match node {
                Node::Text(span) => output.text(text.get(span.start..span.end).unwrap_or(""), span.line),
                Node::Action(mark, pipeline) => {
                    let value = self.pipeline(pipeline, scope)?;
                    let prints = pipeline.variables.is_empty() && !pipeline.declares;
                    // What is not there somebody has to give.
                    if prints && matches!(value, Value::Unknown | Value::Given | Value::Nil) {
                        output.value(HOLE, mark.line);
                        continue;
                    }
                    output.before(*mark);
                    if prints {
                        output.value(&value.printed(), mark.line);
                    }
                    output.after(*mark);
                }
                Node::Block(block) => self.block(text, block, scope, output)?,
            }
        }
        scope.variables.truncate(outer);
        self.depth -= 1;
        Ok(())
    }

    fn block(&mut self, text: &str, block: &Block, scope: &mut Scope, output: &mut Output) -> Result<()> {
        let outer = scope.variables.len();
        let value = self.expression(&block.pipeline.expression, scope)?;
        match block.kind {
            BlockKind::Range => self.range(text, block, value, scope, output)?,
            BlockKind::If | BlockKind::With => {
                let truth = value.truth();
                let dot = if block.kind == BlockKind::With { value.clone() } else { scope.dot.clone() };
                Self::set(&block.pipeline, value, scope);
                let Some(truth) = truth else {
                    self.either(text, block, dot, scope, output)?;
                    scope.variables.truncate(outer);
                    return Ok(());
                };
                self.branch(text, block, truth, dot, scope, output)?;
            }
        }
        scope.variables.truncate(outer);
        Ok(())
    }

    /// The branch of a block that is taken.
    fn branch(
        &mut self,
        text: &str,
        block: &Block,
        is_taken: bool,
        dot: Value,
        scope: &mut Scope,
        output: &mut Output,
    ) -> Result<()> {
        Self::open(block, output);
        if is_taken {
            output.after_head(block);
            self.with_dot(text, &block.body, dot, scope, output)?;
        } else if let Some((mark, nodes)) = &block.otherwise {
            output.after(*mark);
            self.nodes(text, nodes, scope, output)?;
            if let Some(end) = block.end {
                output.before(end);
                output.after(end);
            }
            return Ok(());
        } else {
            output.after_head(block);
        }
        Self::close(block, output);
        Ok(())
    }

    fn open(block: &Block, output: &mut Output) {
        // The head of an `else if` is that of the `else`.
        if block.end.is_some() || block.head.left {
            output.before(block.head);
        }
    }

    /// The end of the first branch of a block.
    fn close(block: &Block, output: &mut Output) {
        match (&block.otherwise, block.end) {
            (Some((mark, _)), _) => output.before(*mark),
            (None, Some(end)) => output.before(end),
            (None, None) => {}
        }
        if let Some(end) = block.end {
            output.after(end);
        }
    }

    /// Both branches of a block of which it is not known which is taken.
    fn either(&mut self, text: &str, block: &Block, dot: Value, scope: &mut Scope, output: &mut Output) -> Result<()> {
        output.branches += 1;
        output.value("{{ if TEMPLATE }}", block.head.line);
        let mut other = scope.clone();
        self.with_dot(text, &block.body, dot, scope, output)?;
        let mut end_line = block.head.line;
        if let Some((mark, nodes)) = &block.otherwise {
            output.value("{{ else }}", mark.line);
            end_line = mark.line;
            self.nodes(text, nodes, &mut other, output)?;
        }
        output.value("{{ end }}", block.end.map_or(end_line, |end| end.line));
        scope.join(&other);
        Ok(())
    }

    fn range(&mut self, text: &str, block: &Block, value: Value, scope: &mut Scope, output: &mut Output) -> Result<()> {
        let outer = scope.variables.len();
        let items: Vec<(Value, Value)> = match &value {
            Value::List(items) => (0..).map(Value::Int).zip(items.iter().cloned()).collect(),
            Value::Map(members) => {
                members.iter().map(|(key, value)| (Value::Text(key.clone()), value.clone())).collect()
            }
            Value::Nil => Vec::new(),
            _ => return self.unknown_range(text, block, scope, output),
        };
        if items.is_empty() {
            return self.branch(text, block, false, Value::Nil, scope, output);
        }
        Self::open(block, output);
        for (key, item) in items {
            output.after_head(block);
            Self::set_item(&block.pipeline, key, item.clone(), scope);
            self.with_dot(text, &block.body, item, scope, output)?;
            scope.variables.truncate(outer);
            Self::close(block, output);
        }
        Ok(())
    }

    /// A loop over what is not known: its body stands for every turn.
    fn unknown_range(&mut self, text: &str, block: &Block, scope: &mut Scope, output: &mut Output) -> Result<()> {
        output.branches += 1;
        output.value("{{ range TEMPLATE }}", block.head.line);
        let mut assigned = Vec::new();
        collect_assigned(&block.body, &mut assigned);
        let forget = |scope: &mut Scope| assigned.iter().for_each(|name| scope.assign(name, Value::Unknown));
        forget(scope);
        let outer = scope.variables.len();
        Self::set_item(&block.pipeline, Value::Unknown, Value::Unknown, scope);
        self.with_dot(text, &block.body, Value::Unknown, scope, output)?;
        scope.variables.truncate(outer);
        forget(scope);
        if let Some((mark, nodes)) = &block.otherwise {
            output.value("{{ else }}", mark.line);
            let mut other = scope.clone();
            self.nodes(text, nodes, &mut other, output)?;
            scope.join(&other);
        }
        output.value("{{ end }}", block.end.map_or(block.head.line, |end| end.line));
        Ok(())
    }

    fn with_dot(
        &mut self,
        text: &str,
        nodes: &[Node],
        dot: Value,
        scope: &mut Scope,
        output: &mut Output,
    ) -> Result<()> {
        let outer = std::mem::replace(&mut scope.dot, dot);
        self.nodes(text, nodes, scope, output)?;
        scope.dot = outer;
        Ok(())
    }

    fn set_item(pipeline: &Pipeline, key: Value, item: Value, scope: &mut Scope) {
        let mut values = vec![item];
        if pipeline.variables.len() > 1 {
            values.insert(0, key);
        }
        for (name, value) in pipeline.variables.iter().zip(values) {
            if pipeline.declares {
                scope.variables.push((name.clone(), value));
            } else {
                scope.assign(name, value);
            }
        }
    }

    fn set(pipeline: &Pipeline, value: Value, scope: &mut Scope) {
        if let Some(name) = pipeline.variables.first() {
            if pipeline.declares {
                scope.variables.push((name.clone(), value));
            } else {
                scope.assign(name, value);
            }
        }
    }

    fn pipeline(&mut self, pipeline: &Pipeline, scope: &mut Scope) -> Result<Value> {
        let value = self.expression(&pipeline.expression, scope)?;
        Self::set(pipeline, value.clone(), scope);
        Ok(value)
    }

    fn expression(&mut self, expression: &Expression, scope: &mut Scope) -> Result<Value> {
        self.step()?;
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(Stop);
        }
        let value = match expression {
            Expression::Unknown => Value::Unknown,
            Expression::Literal(value) => value.clone(),
            Expression::Dot => scope.dot.clone(),
            Expression::Variable(name) => scope.variable(name),
            Expression::Parenthesis(inner) => self.expression(inner, scope)?,
            Expression::Field(base, name) => match (self.expression(base, scope)?, &**base) {
                (Value::Nil, Expression::Parenthesis(_)) => Value::Nil,
                (value, _) => value.member(name),
            },
            Expression::Call(name, arguments) => self.call(name, arguments, scope)?,
        };
        self.depth -= 1;
        Ok(value)
    }

    fn call(&mut self, name: &str, arguments: &[Expression], scope: &mut Scope) -> Result<Value> {
        if matches!(name, "and" | "or") {
            return self.connective(name == "or", arguments, scope);
        }
        let mut values = Vec::with_capacity(arguments.len());
        for argument in arguments {
            values.push(self.expression(argument, scope)?);
        }
        let is_deep = !matches!(name, "include" | "tpl" | "dict" | "list" | "get" | "hasKey" | "index" | "default");
        for value in values.iter().filter(|_| is_deep) {
            self.spend(value)?;
        }
        let value = match (name, values.as_slice()) {
            ("include", [Value::Text(name), rest @ ..]) => self.include(name, rest.first().unwrap_or(&Value::Nil))?,
            ("tpl", [Value::Text(text), dot]) => self.template(text, dot)?,
            _ => functions::call(name, &values),
        };
        if let ("set" | "unset" | "merge" | "mergeOverwrite" | "mustMerge" | "mustMergeOverwrite", Some(first)) =
            (name, arguments.first())
        {
            // These change the mapping that they are given.
            match first {
                Expression::Variable(changed) if **changed != *"$" => scope.assign(changed, value.clone()),
                Expression::Call(..) | Expression::Parenthesis(_) => {}
                _ => return Err(Stop),
            }
        }
        if let Value::Text(_) = value {
            self.spend(&value)?;
        }
        Ok(match &value {
            Value::Text(text) if text.len() > MAX_TEXT => Value::Unknown,
            _ => value,
        })
    }

    /// `and` and `or` give the argument that decided, and look at no more.
    fn connective(&mut self, is_or: bool, arguments: &[Expression], scope: &mut Scope) -> Result<Value> {
        let mut last = Value::Unknown;
        let mut is_open = false;
        for argument in arguments {
            last = self.expression(argument, scope)?;
            match last.truth() {
                Some(truth) if truth == is_or => {
                    return Ok(match (is_open, is_or) {
                        (false, _) => last,
                        (true, true) => Value::Given,
                        (true, false) => Value::Bool(false),
                    });
                }
                Some(_) => {}
                None => is_open = true,
            }
        }
        Ok(if is_open { Value::Unknown } else { last })
    }

    fn include(&mut self, name: &Rc<str>, dot: &Value) -> Result<Value> {
        let is_root = matches!((dot, self.root), (Value::Map(dot), Value::Map(root)) if Rc::ptr_eq(dot, root));
        if let Some(known) = self.memo.0.get(name).filter(|_| is_root) {
            return Ok(known.clone());
        }
        let Some((text, nodes)) = self.templates.definition(name) else { return Ok(Value::Unknown) };
        let value = self.printed(text, nodes, dot)?;
        if is_root {
            self.memo.0.insert(name.clone(), value.clone());
        }
        Ok(value)
    }

    fn template(&mut self, text: &Rc<str>, dot: &Value) -> Result<Value> {
        if !is_partial(text) {
            return Ok(Value::Text(text.clone()));
        }
        let Some(parsed) = parser::parse(text) else { return Ok(Value::Unknown) };
        self.printed(text, &parsed.body, dot)
    }

    /// What a template prints, as a value.
    fn printed(&mut self, text: &str, nodes: &[Node], dot: &Value) -> Result<Value> {
        self.includes += 1;
        if self.includes > MAX_INCLUDES {
            return Err(Stop);
        }
        let mut output = Output::default();
        self.nodes(text, nodes, &mut Scope::new(dot), &mut output)?;
        self.includes -= 1;
        let has_branches = output.branches > 0;
        let text = output.into_text();
        // Of a name or another scalar that is one of several nothing is known; branches of a block can be told apart.
        Ok(if has_branches && !text.lines().any(is_block_line) { Value::Unknown } else { Value::partial(text) })
    }
}

/// Whether a line has a key or is an item.
fn is_block_line(row: &str) -> bool {
    let row = row.trim();
    row.starts_with("- ") || row.ends_with(':') || row.contains(": ")
}

/// Variables that some nodes assign to, declared outside or not.
fn collect_assigned(nodes: &[Node], found: &mut Vec<Rc<str>>) {
    let mut add = |pipeline: &Pipeline| {
        if !pipeline.declares {
            found.extend(pipeline.variables.iter().cloned());
        }
        changed(&pipeline.expression, found);
    };
    for node in nodes {
        match node {
            Node::Text(_) => {}
            Node::Action(_, pipeline) => add(pipeline),
            Node::Block(block) => add(&block.pipeline),
        }
    }
    for node in nodes {
        if let Node::Block(block) = node {
            collect_assigned(&block.body, found);
            if let Some((_, nodes)) = &block.otherwise {
                collect_assigned(nodes, found);
            }
        }
    }
}

/// Variables whose mapping an expression changes.
fn changed(expression: &Expression, found: &mut Vec<Rc<str>>) {
    match expression {
        Expression::Call(name, arguments) => {
            if let (true, Some(Expression::Variable(name))) =
                (name.contains("set") || name.contains("erge"), arguments.first())
            {
                found.push(name.clone());
            }
            arguments.iter().for_each(|argument| changed(argument, found));
        }
        Expression::Parenthesis(inner) | Expression::Field(inner, _) => changed(inner, found),
        _ => {}
    }
}
