//! The catalogue of practices: each is defined once, in a file of `public/models/practices/`, and models refer to it by a
//! line that gives it a place.
//!
//! A model that refers to definitions is written out as text: where a line says `use`, the definition stands with the
//! place of that line. What comes out is a model as any other, complete in itself, so that copies, digests and stored
//! texts of models need nothing beside it. The build does the same for the page, which then fetches one file a model as
//! it always did; so this file needs the standard library alone, for `xtask` compiles it too.
//!
//! Texts are taken over line by line, to the letter. The files may therefore hold lists and mappings in blocks, and what
//! places a practice in one line; whether they say what a practice has to say is checked in the model that comes out.

/// Format of a file of the catalogue.
const SCHEMA: &str = "schema: cairn-practices/1";
/// What a line may say of the practice that it uses.
const PLACE: [&str; 6] = ["dimension", "topic", "level", "weight", "principles", "references"];
/// What stands in a list from which practices can be used.
const LISTS: [&str; 2] = ["practices", "add"];

/// Something wrong with a file of the catalogue, or with a line that refers to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// Name of the file.
    pub file: String,
    /// Line, from 1.
    pub line: u32,
    /// The practice and its member.
    pub field: String,
    /// What is wrong and what to do.
    pub message: String,
}

/// All definitions.
#[derive(Debug)]
pub struct Catalogue<'t> {
    /// Names of the files.
    names: Vec<&'t str>,
    definitions: Vec<Definition<'t>>,
}

/// A practice without a place.
#[derive(Debug)]
struct Definition<'t> {
    id: &'t str,
    /// Position of its file in [`Catalogue::names`].
    file: usize,
    members: Vec<Member<'t>>,
    /// Ids of the practices that come before it.
    requires: Vec<&'t str>,
    line: u32,
    /// Columns in front of its first line.
    indent: usize,
}

/// A member of a mapping with all its lines. The number of the first is that in the file, from 1.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Member<'t> {
    key: &'t str,
    /// What stands behind the colon.
    value: &'t str,
    line: u32,
    lines: Vec<&'t str>,
}

/// A practice that a model uses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Used<'t> {
    /// Id of the definition.
    pub definition: &'t str,
    /// The id under which the model knows it; mostly the same.
    pub id: &'t str,
    level: Option<u8>,
}

/// A model that is written out.
#[derive(Debug)]
pub struct WrittenOut<'t> {
    /// Its text.
    pub text: String,
    /// The practices that it uses, in the order of its lines.
    pub used: Vec<Used<'t>>,
    /// Where each line comes from: none for a file of the catalogue stands for the model itself.
    origins: Vec<(Option<usize>, u32)>,
}

impl WrittenOut<'_> {
    /// The file of the catalogue and the line in it that a line from 1 of the text comes from; no file for a line of the
    /// model itself.
    #[must_use]
    pub fn origin<'n>(&self, line: u32, catalogue: &Catalogue<'n>) -> (Option<&'n str>, u32) {
        let at = usize::try_from(line).unwrap_or(0).wrapping_sub(1);
        let (file, line) = self.origins.get(at).copied().unwrap_or((None, line));
        (file.and_then(|file| catalogue.names.get(file).copied()), line)
    }
}

/// Reads the files of the catalogue, each a name and a text.
///
/// # Errors
/// Definitions without an id or with one that is taken, prerequisites that do not exist or that go round in a circle, and
/// files of another format.
pub fn read_catalogue(files: &[(String, String)]) -> Result<Catalogue<'_>, Vec<Fault>> {
    let mut catalogue =
        Catalogue { names: files.iter().map(|(name, _)| name.as_str()).collect(), definitions: Vec::new() };
    let mut faults = Vec::new();
    for (file, (name, text)) in files.iter().enumerate() {
        if !text.lines().any(|line| line.trim_end() == SCHEMA) {
            faults.push(fault(name, 1, "schema", format!("a file of practices says \"{SCHEMA}\"")));
        }
        for item in items(text).filter(|item| item.list == "practices") {
            let members = item.members().unwrap_or_default();
            let Some(id) = members.first().filter(|first| first.key == "id" && !first.value.is_empty()) else {
                faults.push(fault(name, item.line, "practices", "begin each definition with its id".into()));
                continue;
            };
            let requires = members.iter().find(|m| m.key == "requires").map(list_of).unwrap_or_default();
            let (id, line, indent) = (unquoted(id.value), item.line, item.indent);
            catalogue.definitions.push(Definition { id, file, members, requires, line, indent });
        }
    }
    faults.extend(catalogue.faults());
    if faults.is_empty() { Ok(catalogue) } else { Err(faults) }
}

/// Whether a model, or what an overlay adds, refers to the catalogue.
#[must_use]
pub fn refers_to_catalogue(text: &str) -> bool {
    items(text).any(|item| item.is_use())
}

impl Definition<'_> {
    /// Its prerequisites under their ids in a model: those that the model uses, and not at a higher level.
    fn requires_in<'u>(&self, this: &Used<'_>, used: &'u [Used<'_>]) -> Vec<&'u str> {
        let is_below = |other: &&Used<'_>| match (other.level, this.level) {
            (Some(other), Some(own)) => other <= own,
            _ => true,
        };
        let find = |id: &&str| used.iter().find(|other| other.definition == *id).filter(is_below);
        self.requires.iter().filter_map(find).map(|other| other.id).collect()
    }
}

impl<'t> Catalogue<'t> {
    fn definition(&self, id: &str) -> Option<&Definition<'t>> {
        self.definitions.iter().find(|definition| definition.id == id)
    }

    fn place(&self, definition: &Definition<'t>) -> &'t str {
        self.names.get(definition.file).copied().unwrap_or_default()
    }

    /// What is wrong with the ids.
    fn faults(&self) -> Vec<Fault> {
        let mut faults = Vec::new();
        for (at, definition) in self.definitions.iter().enumerate() {
            let mut report = |member: &str, message: String| {
                let field = format!("{}.{member}", definition.id);
                faults.push(fault(self.place(definition), definition.line, &field, message));
            };
            if let Some(first) = self.definitions.iter().take(at).find(|first| first.id == definition.id) {
                report("id", format!("is defined already, at {}, line {}", self.place(first), first.line));
            }
            for required in &definition.requires {
                if self.definition(required).is_none() {
                    report("requires", format!("the catalogue has no practice \"{required}\""));
                }
            }
            if let Some(circle) = self.circle_from(definition) {
                report("requires", format!("goes round in a circle: {circle}"));
            }
        }
        faults
    }

    /// The chain of prerequisites that leads from a practice back to itself.
    fn circle_from(&self, start: &Definition<'t>) -> Option<String> {
        let mut paths = vec![vec![start.id]];
        let mut seen: Vec<&str> = Vec::new();
        while let Some(path) = paths.pop() {
            let Some(last) = path.last().and_then(|last| self.definition(last)) else { continue };
            for next in &last.requires {
                if *next == start.id {
                    return Some(format!("{} → {next}", path.join(" → ")));
                }
                if !seen.contains(next) {
                    seen.push(next);
                    paths.push([path.as_slice(), &[*next]].concat());
                }
            }
        }
        None
    }

    /// Writes a model out, or what an overlay adds. `name` is what messages call it. Prerequisites that the model does not
    /// use, or that it has at a higher level, are left out: other models have them elsewhere.
    ///
    /// # Errors
    /// Lines that use what does not exist, that use a practice a second time, or that say more than its place.
    pub fn write_out<'m>(&self, model: &'m str, name: &str) -> Result<WrittenOut<'m>, Vec<Fault>> {
        let mut faults = Vec::new();
        let mut placed: Vec<(Item<'m>, Used<'m>, Vec<Member<'m>>)> = Vec::new();
        for item in items(model).filter(Item::is_use) {
            let line = item.line;
            match read_use(&item) {
                Err(message) => faults.push(fault(name, line, "use", message)),
                Ok((used, _)) if self.definition(used.definition).is_none() => {
                    let message = format!("the catalogue has no practice \"{}\"", used.definition);
                    faults.push(fault(name, line, "use", message));
                }
                Ok((used, place)) => {
                    if let Some((first, ..)) = placed.iter().find(|(_, other, _)| other.definition == used.definition) {
                        let message = format!("\"{}\" is used already, in line {}", used.definition, first.line);
                        faults.push(fault(name, line, "use", message));
                    }
                    placed.push((item, used, place));
                }
            }
        }
        if !faults.is_empty() {
            return Err(faults);
        }
        let used: Vec<Used<'m>> = placed.iter().map(|(_, used, _)| used.clone()).collect();
        let mut out = Writer::default();
        let mut lines = (1..).zip(model.lines()).peekable();
        for (item, this, place) in &placed {
            while let Some((number, line)) = lines.next_if(|(number, _)| *number < item.line) {
                out.push(line, None, number);
            }
            let end = item.line + u32::try_from(item.lines.len()).unwrap_or(0);
            while lines.next_if(|(number, _)| *number < end).is_some() {}
            if let Some(definition) = self.definition(this.definition) {
                out.practice(item, this, place, definition, &used);
            }
        }
        for (number, line) in lines {
            out.push(line, None, number);
        }
        Ok(WrittenOut { text: out.text, used, origins: out.origins })
    }

    /// The practices that several models use, as entries of the list `practices` of `cairn-shared/1`. Models are given by
    /// id, with what they use; several versions of one may be among them.
    #[must_use]
    pub fn shared_entries(&self, models: &[(&str, &[Used<'_>])]) -> String {
        let mut text = String::new();
        for definition in &self.definitions {
            let mut same: Vec<(&str, &str)> = Vec::new();
            for (model, used) in models {
                let here = used.iter().find(|used| used.definition == definition.id);
                if let Some(here) = here.filter(|_| !same.iter().any(|(id, _)| id == model)) {
                    same.push((model, here.id));
                }
            }
            if same.len() < 2 {
                continue;
            }
            let title = definition.members.iter().find(|m| m.key == "title").map_or(definition.id, |m| m.value);
            let same: Vec<String> = same.iter().map(|(model, id)| format!("{model}: {id}")).collect();
            text.push_str(&format!(
                "  - id: {}\n    title: {title}\n    same: {{{}}}\n",
                definition.id,
                same.join(", ")
            ));
        }
        text
    }
}

/// Lines of a model that is written out, with where they come from.
#[derive(Default)]
struct Writer {
    text: String,
    origins: Vec<(Option<usize>, u32)>,
}

impl Writer {
    fn push(&mut self, line: &str, file: Option<usize>, number: u32) {
        self.text.push_str(line);
        self.text.push('\n');
        self.origins.push((file, number));
    }

    fn practice(
        &mut self,
        item: &Item<'_>,
        this: &Used<'_>,
        place: &[Member<'_>],
        definition: &Definition<'_>,
        used: &[Used<'_>],
    ) {
        let dash = " ".repeat(item.indent);
        self.push(&format!("{dash}- id: {}", this.id), None, item.line);
        let (added, place): (Vec<_>, Vec<_>) = place.iter().partition(|member| member.key == "references");
        for member in place {
            self.push(&format!("{dash}  {}: {}", member.key, member.value), None, member.line);
        }
        let added: Vec<&str> = added.into_iter().flat_map(list_of).collect();
        for member in definition.members.iter().skip(1) {
            match member.key {
                "requires" => {
                    let ids = definition.requires_in(this, used);
                    if !ids.is_empty() {
                        let line = format!("{dash}  requires: [{}]", ids.join(", "));
                        self.push(&line, Some(definition.file), member.line);
                    }
                }
                // In brackets nothing can be added in lines of its own.
                "references" if !added.is_empty() && !member.value.is_empty() => {
                    self.push(&format!("{dash}  references:"), Some(definition.file), member.line);
                    self.list(&dash, &list_of(member), Some(definition.file), member.line);
                }
                _ => self.member(&dash, member, definition),
            }
            if member.key == "references" {
                self.list(&dash, &added, None, item.line);
            }
        }
        if !added.is_empty() && !definition.members.iter().any(|member| member.key == "references") {
            self.push(&format!("{dash}  references:"), None, item.line);
            self.list(&dash, &added, None, item.line);
        }
    }

    /// A member of a definition to the letter, set in as the model is.
    fn member(&mut self, dash: &str, member: &Member<'_>, definition: &Definition<'_>) {
        for (number, line) in (member.line..).zip(&member.lines) {
            let own = line.get(definition.indent..).filter(|own| !own.trim().is_empty());
            self.push(&own.map_or_else(String::new, |own| format!("{dash}{own}")), Some(definition.file), number);
        }
    }

    /// The items of a list, a line each.
    fn list(&mut self, dash: &str, items: &[&str], file: Option<usize>, line: u32) {
        for item in items {
            self.push(&format!("{dash}    - {item}"), file, line);
        }
    }
}

/// An item of a list at the top of a file, in all its lines.
struct Item<'t> {
    /// Member of the file that holds the list.
    list: &'t str,
    line: u32,
    lines: Vec<&'t str>,
    /// Columns in front of the dash.
    indent: usize,
}

/// The items of the lists that hold practices.
fn items(text: &str) -> impl Iterator<Item = Item<'_>> {
    let mut lines = (1..).zip(text.lines()).peekable();
    let (mut list, mut dash) = ("", None);
    std::iter::from_fn(move || {
        loop {
            let (line, first) = lines.next()?;
            let indent = indent_of(first);
            let rest = first.trim_start();
            if indent == 0 && !rest.is_empty() && !rest.starts_with(['-', '#']) {
                (list, dash) = (rest.split(':').next().unwrap_or_default(), None);
                continue;
            }
            if !LISTS.contains(&list) || !rest.starts_with("- ") || *dash.get_or_insert(indent) != indent {
                continue;
            }
            let mut all = vec![first];
            let goes_on = |line: &&str| line.trim().is_empty() || indent_of(line) > indent;
            while let Some((_, next)) = lines.next_if(|(_, line)| goes_on(line)) {
                all.push(next);
            }
            while all.last().is_some_and(|last| last.trim().is_empty()) {
                all.pop();
            }
            return Some(Item { list, line, lines: all, indent });
        }
    })
}

impl<'t> Item<'t> {
    /// Whether it refers to a definition.
    fn is_use(&self) -> bool {
        match self.members() {
            Ok(members) => members.iter().any(|member| member.key == "use"),
            // Said when it is read.
            Err(_) => self.lines.first().is_some_and(|line| line.contains("use:")),
        }
    }

    /// Its members, in braces on one line or each on lines of its own.
    fn members(&self) -> Result<Vec<Member<'t>>, &'static str> {
        let first = self.lines.first().copied().unwrap_or_default();
        let rest = first.get(self.indent + 1..).unwrap_or_default().trim_start();
        if let Some(inner) = rest.strip_prefix('{') {
            let inner = closed(inner, '}').filter(|_| self.lines.len() == 1);
            let inner = inner.ok_or("write what is in braces on one line")?;
            return Ok(split(inner).filter_map(|part| member(part, self.line, Vec::new())).collect());
        }
        let column = self.indent + (first.len() - self.indent - rest.len());
        let mut members: Vec<Member<'t>> = Vec::new();
        for (at, line) in (self.line..).zip(&self.lines) {
            let own =
                if at == self.line { Some(rest) } else { line.get(column..).filter(|_| indent_of(line) == column) };
            match own.filter(|own| !own.starts_with(['#', '-'])).and_then(|own| member(own, at, vec![line])) {
                Some(member) => members.push(member),
                None => {
                    if let Some(last) = members.last_mut() {
                        last.lines.push(line);
                    }
                }
            }
        }
        Ok(members)
    }
}

/// What a line that uses a practice says.
fn read_use<'t>(item: &Item<'t>) -> Result<(Used<'t>, Vec<Member<'t>>), String> {
    let members = item.members()?;
    let find = |key: &str| members.iter().find(|member| member.key == key).map(|member| unquoted(member.value));
    let definition = find("use").unwrap_or_default();
    let used =
        Used { definition, id: find("as").unwrap_or(definition), level: find("level").and_then(|l| l.parse().ok()) };
    let mut place = Vec::new();
    for member in members.into_iter().filter(|member| !matches!(member.key, "use" | "as")) {
        if !PLACE.contains(&member.key) {
            return Err(format!(
                "a line that uses a practice says {} and nothing else, this one says \"{}\"; what a practice means stands in \
                 the catalogue, and an overlay changes it for one model",
                PLACE.join(", "),
                member.key
            ));
        }
        let says_nothing = |line: &&str| line.trim().is_empty() || line.trim().starts_with('#');
        if !member.lines.iter().skip(1).all(says_nothing) {
            return Err(format!("write \"{}\" on one line", member.key));
        }
        place.push(member);
    }
    Ok((used, place))
}

/// A key and what is behind its colon; none for a line that is neither.
fn member<'t>(text: &'t str, line: u32, lines: Vec<&'t str>) -> Option<Member<'t>> {
    let (key, value) = text.split_once(':')?;
    let is_key = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    let (key, value) = (key.trim(), value.trim());
    (!key.is_empty() && key.chars().all(is_key)).then_some(Member { key, value, line, lines })
}

/// The items of a list, in brackets or in lines.
fn list_of<'t>(member: &Member<'t>) -> Vec<&'t str> {
    match member.value.strip_prefix('[').and_then(|inner| closed(inner, ']')) {
        Some(inner) => split(inner).map(unquoted).filter(|item| !item.is_empty()).collect(),
        None => member.lines.iter().skip(1).filter_map(|line| line.trim().strip_prefix("- ")).map(unquoted).collect(),
    }
}

/// What stands in front of the bracket that closes a text, where nothing but a comment follows.
fn closed(text: &str, bracket: char) -> Option<&str> {
    let end = ends(text).find(|(_, c, depth)| *c == bracket && *depth == 0)?.0;
    let rest = text.get(end + 1..)?.trim_start();
    (rest.is_empty() || rest.starts_with('#')).then(|| text.get(..end))?
}

/// The parts of a text between commas that stand in no bracket and no quote.
fn split(text: &str) -> impl Iterator<Item = &str> {
    let commas = ends(text).filter(|(_, c, depth)| *c == ',' && *depth == 0).map(|(at, ..)| at);
    let mut from = 0;
    commas.chain([text.len()]).map(move |to| {
        let part = text.get(from..to).unwrap_or_default().trim();
        from = to + 1;
        part
    })
}

/// Commas and closing brackets outside of quotes, with how many brackets are open around them.
fn ends(text: &str) -> impl Iterator<Item = (usize, char, usize)> {
    let (mut depth, mut quote) = (0_usize, None);
    let mut before = ' ';
    text.char_indices().filter_map(move |(at, c)| {
        let was = std::mem::replace(&mut before, c);
        match (quote, c) {
            (Some(open), _) if c == open && !(c == '"' && was == '\\') => quote = None,
            (Some(_), _) => {}
            // An apostrophe inside of a word is none that opens.
            (None, '"' | '\'') if !was.is_alphanumeric() => quote = Some(c),
            (None, '{' | '[') => depth += 1,
            (None, '}' | ']') if depth > 0 => depth -= 1,
            (None, '}' | ']' | ',') => return Some((at, c, depth)),
            (None, _) => {}
        }
        None
    })
}

/// A scalar without its quotes, or without a comment behind it.
fn unquoted(text: &str) -> &str {
    for quote in ['"', '\''] {
        if let Some((inner, _)) = text.strip_prefix(quote).and_then(|rest| rest.split_once(quote)) {
            return inner;
        }
    }
    if text.starts_with(['{', '&', '*']) { text } else { text.split(" #").next().unwrap_or_default().trim() }
}

fn indent_of(line: &str) -> usize {
    line.len() - line.trim_start_matches(' ').len()
}

fn fault(file: &str, line: u32, field: &str, message: String) -> Fault {
    Fault { file: file.to_owned(), line, field: field.to_owned(), message }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files(texts: &[&str]) -> Vec<(String, String)> {
        let file =
            |(i, text): (usize, &&str)| (format!("{i}.yaml"), format!("schema: cairn-practices/1\npractices:\n{text}"));
        texts.iter().enumerate().map(file).collect()
    }

    /// Written out with these files of the catalogue.
    fn write_out(texts: &[&str], model: &str) -> Result<String, Vec<Fault>> {
        let files = files(texts);
        let catalogue = read_catalogue(&files)?;
        catalogue.write_out(model, "m.yaml").map(|written| written.text)
    }

    fn faults(texts: &[&str], model: &str) -> Vec<(String, u32, String)> {
        let faults = write_out(texts, model).unwrap_err();
        faults.into_iter().map(|f| (f.file, f.line, format!("{}: {}", f.field, f.message))).collect()
    }

    const A: &str = "\
  # The first
  - id: a
    title: \"A: one, {two}\"
    rubric:
      met: All of it's done. # as far as we know
      # in between

      partly: Some.
    requires:
    - b
    - \"c\"
    references:
      - { title: \"A\", url: \"https://a.example\" }
    evidence:
      any:
        - rule: x.y
";
    const B: &str =
        "  - id: b\n    title: B\n    references: []\n  - id: c\n    title: C\n    requires: [b]\n    references: []\n";

    #[test]
    fn a_line_becomes_the_definition_with_its_place() {
        let model = "\
id: m
practices:
  # Ours
  - { use: a, as: own-a, dimension: d, level: 2, weight: 2, principles: [1, 2], references: [&p { title: \"P, q\", url: u }, *o] } # so

  - id: in-place
    title: \"use: nothing\"
  - use: b
    dimension: d
    # The lowest.
    level: 1
views: []
";
        let written = "\
id: m
practices:
  # Ours
  - id: own-a
    dimension: d
    level: 2
    weight: 2
    principles: [1, 2]
    title: \"A: one, {two}\"
    rubric:
      met: All of it's done. # as far as we know
      # in between

      partly: Some.
    requires: [b]
    references:
      - { title: \"A\", url: \"https://a.example\" }
      - &p { title: \"P, q\", url: u }
      - *o
    evidence:
      any:
        - rule: x.y

  - id: in-place
    title: \"use: nothing\"
  - id: b
    dimension: d
    level: 1
    title: B
    references: []
views: []
";
        assert_eq!(write_out(&[A, B], model).unwrap(), written);
        assert_eq!(write_out(&[B, A], model).unwrap(), written, "the order of files changes nothing");
        assert!(refers_to_catalogue(model) && !refers_to_catalogue(written));
    }

    #[test]
    fn references_of_a_model_come_behind_those_of_the_definition() {
        let c = "  - id: none\n    title: N\n  - id: flow\n    references: [{ title: A, url: a }, *b] # two\n    title: F\n";
        let model = "practices:\n- { use: none, references: [{ title: T, url: t }] }\n- { use: flow, references: ['x'] }\n- { use: b }\n";
        let written = "\
practices:
- id: none
  title: N
  references:
    - { title: T, url: t }
- id: flow
  references:
    - { title: A, url: a }
    - *b
    - x
  title: F
- id: b
  title: B
  references: []
";
        assert_eq!(write_out(&[B, c], model).unwrap(), written);
    }

    #[test]
    fn each_line_knows_where_it_comes_from() {
        let files = files(&[A, B]);
        let catalogue = read_catalogue(&files).unwrap();
        let model = "practices:\n- { use: a, level: 1 }\n- id: own\n";
        let written = catalogue.write_out(model, "m.yaml").unwrap();
        for (line, number) in (1..).zip(written.text.lines()).map(|(n, l)| (l, n)) {
            let (file, from) = written.origin(number, &catalogue);
            let source = file.map_or(model, |name| &files.iter().find(|(n, _)| n == name).unwrap().1);
            let original = source.lines().nth(from as usize - 1).unwrap();
            let is_place = file.is_none() && original.contains("use: a");
            assert!(is_place || original.trim() == line.trim(), "{line} from {original}");
        }
    }

    #[test]
    fn prerequisites_are_those_that_the_model_has_at_or_below_the_level() {
        let requires = |model: &str| {
            let text = write_out(&[A, B], &format!("practices:\n{model}")).unwrap();
            let line = text.lines().find_map(|line| line.trim().strip_prefix("requires: ")).unwrap_or_default();
            line.to_owned()
        };
        assert_eq!(requires("- { use: a, level: 1 }\n"), "");
        assert_eq!(requires("- { use: a, level: 1 }\n- { use: b, level: 2 }\n"), "");
        assert_eq!(
            requires("- { use: a, level: 1 }\n- { use: b, as: bee, level: 1 }\n- { use: c, level: 0 }\n"),
            "[bee, c]"
        );
        assert_eq!(
            requires("- { use: a, level: 1 }\n- id: b\n"),
            "",
            "an id that is the model's own means something else"
        );
    }

    #[test]
    fn what_an_overlay_adds_can_be_used_too() {
        let overlay = "schema: cairn-overlay/1\nignore:\n  - use: a\nadd:\n  - { use: b, dimension: d, level: 1 }\n";
        let text = write_out(&[A, B], overlay).unwrap();
        assert!(
            text.contains("ignore:\n  - use: a\nadd:\n  - id: b\n    dimension: d\n    level: 1\n    title: B\n"),
            "{text}"
        );
    }

    #[test]
    fn lines_that_do_not_fit_are_told_with_their_line() {
        let model = "practices:\n- { use: z, level: 1 }\n- { use: b, level: 1 }\n- { use: b, as: d, level: 1 }\n- { use: c,\n    level: 1 }\n- { use: a, title: Mine }\n- use: a\n  references:\n    - { title: T }\n";
        let found = faults(&[A, B], model);
        let lines: Vec<u32> = found.iter().map(|(file, line, _)| if file == "m.yaml" { *line } else { 0 }).collect();
        assert_eq!(lines, [2, 4, 5, 7, 8], "{found:?}");
        for ((.., message), words) in found.iter().zip([
            "no practice \"z\"",
            "\"b\" is used already, in line 3",
            "on one line",
            "this one says \"title\"",
            "write \"references\" on one line",
        ]) {
            assert!(message.contains(words), "{message}");
        }
    }

    #[test]
    fn a_catalogue_that_does_not_hold_together_is_refused() {
        let twice = faults(&[B, B], "");
        assert_eq!((twice[0].0.as_str(), twice[0].1), ("1.yaml", 3));
        assert!(twice[0].2.contains("b.id: is defined already, at 0.yaml, line 3"), "{twice:?}");
        let missing = faults(&["  - id: a\n    requires: [nowhere]\n"], "");
        assert!(missing[0].2.contains("a.requires: the catalogue has no practice \"nowhere\""), "{missing:?}");
        let circle =
            faults(&["  - id: a\n    requires: [b]\n  - id: b\n    requires: [c]\n  - id: c\n    requires: [b]\n"], "");
        let circles: Vec<&str> = circle.iter().map(|(.., message)| message.as_str()).collect();
        assert_eq!(
            circles,
            ["b.requires: goes round in a circle: b → c → b", "c.requires: goes round in a circle: c → b → c"]
        );
        assert!(faults(&["  - title: a\n"], "")[0].2.contains("begin each definition with its id"));
        let other = [("p.yaml".to_owned(), "schema: cairn-practices/2\npractices: []\n".to_owned())];
        assert_eq!(read_catalogue(&other).unwrap_err()[0].field, "schema");
    }

    #[test]
    fn what_several_models_use_is_shared_under_the_id_of_each() {
        let files = files(&[A, B]);
        let catalogue = read_catalogue(&files).unwrap();
        let models = [
            ("one", "practices:\n- { use: a, as: x, level: 1 }\n- { use: b, level: 1 }\n"),
            ("one", "practices:\n- { use: a, as: x, level: 1 }\n- { use: c, level: 1 }\n"),
            ("two", "practices:\n- { use: a, level: 1 }\n"),
        ];
        let used: Vec<(&str, Vec<Used<'_>>)> =
            models.iter().map(|(id, text)| (*id, catalogue.write_out(text, "m").unwrap().used)).collect();
        let used: Vec<(&str, &[Used<'_>])> = used.iter().map(|(id, used)| (*id, used.as_slice())).collect();
        let entries = catalogue.shared_entries(&used);
        assert_eq!(entries, "  - id: a\n    title: \"A: one, {two}\"\n    same: {one: x, two: a}\n");
    }

    #[test]
    fn texts_that_are_no_model_come_back_as_they_are() {
        for text in [
            "",
            "practices",
            "practices:\n-\n- {\n- [use: a]\n",
            "add: {use: a}\n",
            "- { use: a }\n",
            "\u{feff}practices:\n  - é: {\n",
        ] {
            assert_eq!(write_out(&[B], text).unwrap().trim_end(), text.trim_end(), "{text:?}");
        }
    }
}
