//! Takes a drawing out of the page: its style sheet goes into it.

/// The style sheet of the charts, as the page uses it. It names custom properties; [`resolve`] fills them in.
pub const STYLE: &str = include_str!("../../style/chart.css");

/// Replaces every `var(--name)` in `css` by its value from `values` (names with their two dashes), for programs that
/// do not know custom properties. A fallback inside `var()` is used when the name has no value, else `currentColor`.
/// The `@layer charts { … }` wrapper goes too.
pub fn resolve(css: &str, values: &[(&str, &str)]) -> String {
    let css = match css.split_once("@layer charts {") {
        Some((head, body)) => match body.rsplit_once('}') {
            Some((inner, tail)) => format!("{head}{inner}{tail}"),
            None => css.to_owned(),
        },
        None => css.to_owned(),
    };
    let mut out = String::with_capacity(css.len());
    let mut rest = css.as_str();
    while let Some(start) = rest.find("var(") {
        out.push_str(&rest[..start]);
        let inside = &rest[start + 4..];
        let mut depth = 1usize;
        let end = inside.char_indices().find_map(|(at, c)| {
            match c {
                '(' => depth += 1,
                ')' => depth -= 1,
                _ => {}
            }
            (depth == 0).then_some(at)
        });
        let Some(end) = end else {
            out.push_str(&rest[start..]);
            return out;
        };
        let (name, fallback) = match inside[..end].split_once(',') {
            Some((name, fallback)) => (name.trim(), Some(fallback.trim())),
            None => (inside[..end].trim(), None),
        };
        match values.iter().find(|(known, _)| *known == name) {
            Some((_, value)) => out.push_str(value),
            None => match fallback {
                Some(fallback) => out.push_str(&resolve(fallback, values)),
                None => out.push_str("currentColor"),
            },
        }
        rest = &inside[end + 1..];
    }
    out.push_str(rest);
    out
}

/// Turns an inline drawing into a file of its own: namespace, pixel size and style sheet included.
///
/// Pass a style sheet with its colours filled in (see [`resolve`]); text that is not an `<svg>` comes back unchanged.
pub fn standalone(svg: &str, css: &str) -> String {
    let Some(open_end) = svg.find('>').filter(|_| svg.starts_with("<svg")) else {
        return svg.to_owned();
    };
    let (open, rest) = (&svg[..open_end], &svg[open_end..]);
    let mut out = String::with_capacity(svg.len() + css.len() + 200);
    out.push_str("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    out.push_str(open);
    if !open.contains("xmlns=") {
        out.push_str(" xmlns=\"http://www.w3.org/2000/svg\"");
    }
    if !open.contains(" width=")
        && let Some(view) = open.split("viewBox=\"").nth(1).and_then(|tail| tail.split('"').next())
    {
        let parts: Vec<&str> = view.split_whitespace().collect();
        if let [_, _, wide, high] = parts[..] {
            out.push_str(&format!(" width=\"{wide}\" height=\"{high}\""));
        }
    }
    out.push_str("><style><![CDATA[");
    out.push_str(&css.replace("]]>", "]]]]><![CDATA[>"));
    out.push_str("]]></style>");
    out.push_str(rest.strip_prefix('>').unwrap_or(rest));
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn resolve_fills_in_values_and_drops_the_layer() {
        let css = "@layer charts {\n.a { fill: var(--ink); stroke: var(--x, var(--ink)); color: var(--y) }\n}\n";
        let out = resolve(css, &[("--ink", "#123")]);
        assert!(out.contains("fill: #123; stroke: #123; color: currentColor"));
        assert!(!out.contains("@layer"));
        assert_eq!(out.matches('{').count(), out.matches('}').count());
        assert!(!resolve(STYLE, &[]).contains("var("));
        assert_eq!(resolve("a: var(--open", &[]), "a: var(--open");
    }

    #[test]
    fn standalone_has_namespace_size_and_style() {
        let out = standalone("<svg viewBox=\"0 0 10 20\"><g/></svg>", ".a > .b {}");
        assert!(out.contains("xmlns=\"http://www.w3.org/2000/svg\" width=\"10\" height=\"20\"><style>"));
        assert!(out.ends_with("]]></style><g/></svg>"));
        assert_eq!(standalone("no drawing", ""), "no drawing");
        assert!(standalone("<svg><g/></svg>", "]]>").contains("]]]]><![CDATA[>"));
    }
}
