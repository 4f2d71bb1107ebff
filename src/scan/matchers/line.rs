//! Matchers of text lines.

use crate::{
    formats::{code::Code, lines::without_comment},
    rules::selectors::{LineSelector, Matcher, Selector},
    scan::{
        content::Content,
        matches::{ContentMatches, Shown},
    },
};

/// Longest line that is looked at; a longer one was generated.
const MAX_LINE: usize = 10_000;

/// Looks at the lines of a text.
pub(super) fn find(content: &Content<'_>, matches: &mut ContentMatches) {
    for hit in &content.path_match.lines {
        matches.was_read = true;
        let matcher = &content.rules.matchers[hit.value as usize];
        let Selector::Line(selector) = &matcher.selector else { continue };
        if !hit.is_duplicate && content.has_any(&selector.literals) && content.allows(matcher) {
            find_lines(matcher, selector, content, matches);
        }
    }
}

fn find_lines(matcher: &Matcher, selector: &LineSelector, content: &Content<'_>, matches: &mut ContentMatches) {
    let blanked = match content.code() {
        Code::Lines(lines) => {
            for (line, row) in lines {
                if fits(row, selector) {
                    matches.add(matcher.rule, (*line, *line), Shown::Line(content.line(*line)), None, false);
                    if selector.once {
                        return;
                    }
                }
            }
            return;
        }
        Code::Text(text) => Some(text),
        Code::All => None,
    };
    let mut last = 0;
    for offset in content.offsets_of(&selector.literals) {
        let line = content.line_at(offset);
        if line == last {
            continue;
        }
        last = line;
        let row = content.line(line);
        let code = blanked.map_or(row, |text| content.line_of(text, line));
        if fits(code, selector) {
            // Of a file that is counted once the subject is the file.
            let anchor = if selector.once { 0 } else { line };
            matches.add(matcher.rule, (anchor, line), Shown::Line(row), None, false);
            if selector.once {
                return;
            }
        }
    }
}

/// Whether a line has what a matcher looks for outside of its comment.
fn fits(row: &str, selector: &LineSelector) -> bool {
    if row.len() > MAX_LINE {
        return false;
    }
    let code = without_comment(row, &selector.comments);
    selector.contains.iter().any(|literal| code.contains(literal.as_str()))
        && selector.pattern.as_ref().is_none_or(|pattern| pattern.is_match(code))
}

#[cfg(test)]
mod tests {
    use crate::scan::matchers::testing::{found, rules};

    #[test]
    fn lines_match_by_literal_and_expression_without_their_comment() {
        let rules = rules("[{line: {files: ['**/*.py'], contains: [deploy], pattern: 'deploy\\(', comments: ['#']}}]");
        let text = "deploy(1)\n# deploy(2)\nx = 1 # deploy(3)\ndeploy\n  deploy(4)\n";
        assert_eq!(found(&rules, "a/b.py", text), ["1 deploy(1)", "5 deploy(4)"]);
        assert!(found(&rules, "a/b.rb", text).is_empty());
    }

    #[test]
    fn once_gives_the_first_line_of_a_file() {
        let rules = rules("[{line: {files: ['*.txt'], contains: [ab], once: true}}]");
        assert_eq!(found(&rules, "x.txt", "-\nab\nab\n"), ["2 ab"], "a literal too short for the index is found too");
    }
}
