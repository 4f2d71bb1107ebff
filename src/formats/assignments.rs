//! Rows that give a name a value: dotenv, properties, INI, TOML, Terraform, Python, JSON inside other texts, and files with
//! logins (`.netrc`, `.pgpass`, `.npmrc`).

use memchr::memchr;

use super::lines::head;

/// How literals are written in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Style {
    /// A value needs no quotes, as in dotenv and properties.
    Plain,
    /// Only a text in quotes is a literal; the rest is a program. In Terraform the default of a variable stands below its
    /// name.
    Quoted,
    /// Logins of curl, git and others: `machine … login … password …`.
    Netrc,
    /// Logins of PostgreSQL: `host:port:database:user:password`.
    Pgpass,
    /// Settings of npm, where a key may begin with slashes.
    Npmrc,
}

impl Style {
    /// That of a file by its name.
    pub(crate) fn of_file(path: &str) -> Self {
        let name = path.rsplit('/').next().unwrap_or(path);
        match name.trim_start_matches(['.', '_']) {
            "netrc" => Self::Netrc,
            "pgpass" => Self::Pgpass,
            "npmrc" => Self::Npmrc,
            name if name.ends_with(".toml") => Self::Quoted,
            name if [".tf", ".tofu", ".tfvars", ".py", ".rb", ".php"].iter().any(|end| name.ends_with(end)) => {
                Self::Quoted
            }
            _ => Self::Plain,
        }
    }
}

/// Whether a row, without white space around it, is nothing but a comment.
pub(crate) fn is_comment(row: &str) -> bool {
    ["#", "//", ";", "--", "/*", "* ", "<!--", "!"].iter().any(|mark| row.starts_with(mark))
        && !row.starts_with("-----")
        && !(row.starts_with("--") && row.as_bytes().get(2).is_some_and(u8::is_ascii_alphabetic))
}

/// Calls `visit` with line (from 1), name and value of each assignment.
pub(crate) fn each(text: &str, style: Style, visit: &mut dyn FnMut(u32, &str, &str)) {
    // Names that stand on a row above their value: a variable's default, and `name = "x"` before `value = "y"`.
    let (mut variable, mut name) = ("", "");
    for (index, row) in text.lines().enumerate() {
        let line = u32::try_from(index + 1).unwrap_or(u32::MAX);
        let row = head(row);
        match style {
            Style::Netrc => {
                netrc(row, &mut |value| visit(line, "password", value));
                continue;
            }
            Style::Pgpass => {
                let fields: Vec<&str> = row.splitn(5, ':').collect();
                if let [_, _, _, _, password] = fields[..]
                    && !row.starts_with('#')
                {
                    visit(line, "password", password);
                }
                continue;
            }
            _ => {}
        }
        // Such a name ends with its block.
        if row.starts_with('}') {
            variable = "";
        }
        let row = row.trim();
        if row.starts_with('}') {
            name = "";
        }
        if is_comment(row) && !(style == Style::Npmrc && row.starts_with("//")) {
            continue;
        }
        let may_assign = memchr(b'=', row.as_bytes()).is_some() || memchr(b':', row.as_bytes()).is_some();
        if !may_assign && !row.starts_with("variable ") {
            sql_password(row, &mut |value| visit(line, "password", value));
            continue;
        }
        if let Some(rest) = row.strip_prefix("variable ") {
            variable = rest.trim_end_matches('{').trim().trim_matches('"');
            continue;
        }
        let Some((key, value)) = assignment(row, style) else {
            sql_password(row, &mut |value| visit(line, "password", value));
            continue;
        };
        match key {
            "default" => visit(line, variable, value),
            "value" if !name.is_empty() => visit(line, name, value),
            "name" => name = value,
            _ => visit(line, key, value),
        }
    }
}

/// An argument with a value, or an item of an environment: `--password=x`, `PASSWORD=x`.
pub(crate) fn argument(text: &str) -> Option<(&str, &str)> {
    let (key, value) = text.trim_start_matches('-').split_once('=')?;
    let is_name = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'-' | b'/');
    (!key.is_empty() && key.bytes().all(is_name)).then(|| (key, value.trim_matches(['"', '\''])))
}

/// Name and literal of a row; none where the row gives no name a literal.
fn assignment(row: &str, style: Style) -> Option<(&str, &str)> {
    let equals = memchr(b'=', row.as_bytes());
    let colon = colon_of(row, style);
    let at = match (equals, colon) {
        (Some(a), Some(b)) => a.min(b),
        (a, b) => a.or(b)?,
    };
    let mut key = row[..at].trim().trim_end_matches([':', '?', '+']).trim_end();
    for before in ["- ", "export ", "ENV ", "ARG ", "set ", "const ", "let ", "var "] {
        key = key.strip_prefix(before).unwrap_or(key).trim_start();
    }
    key = key.trim_matches(['"', '\'']);
    if key.is_empty() || key.contains([' ', '(', '{', '$', '[', '<', '>', '!', '|', '"']) {
        return None;
    }
    let value = row[at + 1..].trim_start_matches(['=', '>', ':']).trim();
    let literal = match quoted(value) {
        Some(literal) => literal,
        None if style == Style::Quoted => default_argument(value)?,
        None if value.starts_with(['"', '\'']) => return None,
        None => value.split(" #").next().unwrap_or("").trim_end_matches([',', ';']).trim_end(),
    };
    (literal.len() > 2).then_some((key, literal))
}

/// Where the colon stands that ends a name. In a program only a name in quotes has one.
fn colon_of(row: &str, style: Style) -> Option<usize> {
    if let Some(quote) = row.chars().next().filter(|c| matches!(c, '"' | '\'')) {
        let end = 1 + row[1..].find(quote)?;
        let rest = &row[end + 1..];
        return rest.trim_start().starts_with(':').then(|| end + 1 + rest.find(':').unwrap_or(0));
    }
    if style == Style::Quoted { None } else { row.find(": ") }
}

/// The text in quotes with which a value begins, where nothing follows that makes it a part of an expression.
fn quoted(value: &str) -> Option<&str> {
    let plain = value.strip_prefix(['b', 'r', 'u']).filter(|rest| rest.starts_with(['"', '\''])).unwrap_or(value);
    let quote = plain.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    let inner = &plain[1..];
    let mut was_escape = false;
    let end = inner.char_indices().find_map(|(at, c)| {
        let ends = c == quote && !was_escape;
        was_escape = c == '\\' && !was_escape;
        ends.then_some(at)
    })?;
    let rest = inner[end + 1..].trim_start();
    let ends = rest.is_empty() || rest.starts_with([',', ';', ')', ']', '}', '#']) || rest.starts_with("//");
    ends.then(|| &inner[..end])
}

/// The default in `os.environ.get("NAME", "default")` and its like.
fn default_argument(value: &str) -> Option<&str> {
    let (call, arguments) = value.split_once('(')?;
    let call = call.to_ascii_lowercase();
    if !["env", "getenv", "environ.get", "config", "env.str"].iter().any(|known| call.ends_with(known)) {
        return None;
    }
    let (name, default) = arguments.split_once(',')?;
    if !name.trim().starts_with(['"', '\'']) {
        return None;
    }
    let default = default.trim();
    quoted(default.strip_prefix("default=").or_else(|| default.strip_prefix("default:")).unwrap_or(default).trim())
}

fn netrc(row: &str, visit: &mut dyn FnMut(&str)) {
    let mut words = row.split_whitespace();
    while let Some(word) = words.next() {
        if word.starts_with('#') {
            return;
        }
        if word == "password"
            && let Some(value) = words.next()
        {
            visit(value);
        }
    }
}

/// The password of a user that SQL creates.
fn sql_password(row: &str, visit: &mut dyn FnMut(&str)) {
    if memchr(b'\'', row.as_bytes()).is_none() {
        return;
    }
    let lower = row.to_ascii_lowercase();
    for before in ["identified by '", "with password '", "encrypted password '", "login password '"] {
        if let Some(at) = lower.find(before)
            && let Some(value) = row.get(at + before.len()..).and_then(|rest| rest.split('\'').next())
        {
            visit(value);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(text: &str, style: Style) -> Vec<String> {
        let mut found = Vec::new();
        each(text, style, &mut |line, key, value| found.push(format!("{line} {key}={value}")));
        found
    }

    #[test]
    fn rows_without_quotes_are_read_as_their_formats_do() {
        let text =
            "# a=bcd\nA=one two # three\nexport B='x y'\nc: value\n; d=eee\n\"E\": \"fff\",\nf==\nG=\"half\" + x\n";
        assert_eq!(all(text, Style::Plain), ["2 A=one two", "3 B=x y", "4 c=value", "6 E=fff"]);
    }

    #[test]
    fn in_programs_only_quotes_make_a_literal() {
        let text = "password = var.x\npassword = \"one\\\"two\" # why\nvariable \"token\" {\n  default = \"abc\"\n}\nset {\n  name  = \"db.password\"\n  value = \"def\"\n}\nKEY = os.environ.get(\"KEY\", \"ghi\")\nOTHER = os.environ[\"KEY\"]\n\"json\" : \"jkl\",\nx = b'mno'\ny = f\"{z}pq\"\nz = \"a\" + \"b\"\n";
        assert_eq!(
            all(text, Style::Quoted),
            ["2 password=one\\\"two", "4 token=abc", "8 db.password=def", "10 KEY=ghi", "12 json=jkl", "13 x=mno"]
        );
    }

    #[test]
    fn files_of_logins_are_read_in_their_own_way() {
        let netrc = "machine a login b password ccc\n# machine x password y\n  password ddd\n";
        assert_eq!(all(netrc, Style::Netrc), ["1 password=ccc", "3 password=ddd"]);
        assert_eq!(all("db:5432:*:me:se:cret\n#a:b:c:d:e\n", Style::Pgpass), ["1 password=se:cret"]);
        let npmrc = "registry=https://a.b/\n//a.b/:_authToken=abc\n";
        assert_eq!(all(npmrc, Style::Npmrc), ["1 registry=https://a.b/", "2 //a.b/:_authToken=abc"]);
        assert_eq!(all("CREATE USER 'a' IDENTIFIED BY 'bcd';\n", Style::Plain), ["1 password=bcd"]);
    }

    #[test]
    fn arguments_are_split() {
        assert_eq!(argument("--db-password=x=y"), Some(("db-password", "x=y")));
        assert_eq!(argument("PASSWORD='x'"), Some(("PASSWORD", "x")));
        assert_eq!(argument("echo a=b"), None);
    }

    #[test]
    fn comments_are_told_from_options_and_keys() {
        for row in ["# a", "// a", "-- a", "; a", "* a"] {
            assert!(is_comment(row), "{row}");
        }
        for row in ["--a=b", "-----BEGIN", "a # b", "- a"] {
            assert!(!is_comment(row), "{row}");
        }
    }
}
