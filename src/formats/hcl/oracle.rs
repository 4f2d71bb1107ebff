//! The scanner beside a full parser of HCL (`hcl-edit`): where that takes a text, both see the same blocks and attributes.

#[cfg(test)]
mod tests {
    use std::{env, fs, ops::Range, path::Path};

    use hcl_edit::{
        Span,
        expr::{Expression, ObjectKey, ObjectValue},
        structure::{Attribute, Block, BlockLabel},
        visit::{Visit, visit_attr, visit_block, visit_object_item},
    };
    use proptest::prelude::*;

    use crate::archive::{self, Limits, RepositoryMeta, Sink};

    /// What the full parser sees.
    struct Seen<'t> {
        text: &'t str,
        blocks: Vec<String>,
        names: Vec<String>,
    }

    impl Seen<'_> {
        fn line(&self, span: Option<Range<usize>>) -> usize {
            self.text[..span.unwrap().start].matches('\n').count() + 1
        }

        fn written(&self, span: Option<Range<usize>>) -> &str {
            let text = &self.text[span.unwrap()];
            text.strip_prefix('"').and_then(|text| text.strip_suffix('"')).unwrap_or(text)
        }
    }

    impl Visit for Seen<'_> {
        fn visit_block(&mut self, block: &Block) {
            let label = match block.labels.first() {
                Some(BlockLabel::Ident(ident)) => self.written(ident.span()),
                Some(BlockLabel::String(text)) => self.written(text.span()),
                None => "",
            };
            self.blocks.push(format!("{} {} {label}", self.line(block.ident.span()), block.ident.as_str()));
            visit_block(self, block);
        }

        fn visit_attr(&mut self, attribute: &Attribute) {
            self.names.push(format!("{} {}", self.line(attribute.key.span()), attribute.key.as_str()));
            visit_attr(self, attribute);
        }

        fn visit_object_item(&mut self, key: &ObjectKey, value: &ObjectValue) {
            let span = match key {
                ObjectKey::Ident(ident) => ident.span(),
                ObjectKey::Expression(Expression::String(text)) => text.span(),
                ObjectKey::Expression(Expression::StringTemplate(text)) => text.span(),
                ObjectKey::Expression(Expression::Variable(name)) => name.span(),
                // An expression is no name.
                ObjectKey::Expression(_) => return visit_object_item(self, key, value),
            };
            self.names.push(format!("{} {}", self.line(span.clone()), self.written(span)));
            visit_object_item(self, key, value);
        }
    }

    /// Whether the full parser takes a text. Both must see the same then.
    fn compare(text: &str) -> Result<bool, String> {
        let Ok(body) = hcl_edit::parser::parse_body(text) else { return Ok(false) };
        let mut expected = Seen { text, blocks: Vec::new(), names: Vec::new() };
        expected.visit_body(&body);
        expected.names.sort();
        let found = super::super::read(text);
        let blocks: Vec<String> = found.blocks().map(|b| format!("{} {} {}", b.line, b.kind, b.label)).collect();
        let is_nested_block = |at: usize| found.blocks.iter().any(|block| block.attribute as usize == at);
        let attributes = found.attributes.iter().enumerate().filter(|(at, _)| !is_nested_block(*at));
        let mut names: Vec<String> = attributes.map(|(_, found)| format!("{} {}", found.line, found.name)).collect();
        names.sort();
        if (&blocks, &names) == (&expected.blocks, &expected.names) {
            return Ok(true);
        }
        let differ = |a: &[String], b: &[String]| a.iter().find(|one| !b.contains(one)).cloned();
        Err(format!(
            "blocks: {:?} too much, {:?} missing; names: {:?} too much, {:?} missing",
            differ(&blocks, &expected.blocks),
            differ(&expected.blocks, &blocks),
            differ(&names, &expected.names),
            differ(&expected.names, &names)
        ))
    }

    /// Each is taken by the full parser.
    const TEXTS: [&str; 12] = [
        "",
        "# a\n// b {\n/* c {\n} */\nterraform {\n  required_version = \">= 1.5\" # }\n}\n",
        "resource \"a\" \"b\" {\n  c = /* d { */ [1, 2] // e\n  f {\n    g = 1\n  }\n}\nmodule m {}\n",
        "a \"b\" { c = \"d\" }\ne {}\nf { g = { h = 1, \"i\" = 2 } }\n",
        "a {\n  b = \"**/*\"\n  c = \"/*\"\n  d = \"x # { y\"\n  e = \"\\\" }\"\n  f = \"$${g} %%{h}\"\n}\n",
        "a {\n  b = \"${c(\"d }\", { e = \"f ${g[\"h\"]}\" })} {\"\n  i = \"%{ if j }k%{ else }l%{ endif }\"\n}\n",
        "a {\n  b = [<<-C\n    d \"e\" {\n  C\n  , <<F\ng {\nF\n  ]\n  h = i(<<J\n${k(\"J\")} $${l {\nJ\n  )\n}\nm {}\n",
        "a {\r\n  b = <<C\r\nd {\r\nC\r\n  e = 1\r\n}\r\nf {\r\n}\r\n",
        "a {\n  b = { for c, d in e : c => { f = d } if d != null }\n  g = [for h in i : { j = h }]\n}\n",
        "a {\n  b = c ? { d = 1 } : { e = 2 }\n  f = {\n    g = 1,\n    h : 2\n    (i) = 3\n    \"${j}\" = 4\n  }\n  k = l == m || n >= 1\n}\n",
        "a {\n  dynamic \"b\" {\n    for_each = c\n    content {\n      d = b.value[\"e\"]\n    }\n  }\n}\n",
        "inputs = merge(\n  local.a,\n  {\n    b = dependency.c.outputs.d\n  },\n)\ne = -1\nf = !g\nh = i[*].j\nk = provider::l::m({ n = 1 })\n",
    ];

    #[test]
    fn the_scanner_sees_what_a_parser_sees() {
        for text in TEXTS {
            assert_eq!(compare(text), Ok(true), "{text}");
        }
    }

    /// Files of a kind from an archive.
    struct Files(Vec<(String, String)>);

    impl Sink for Files {
        fn repository(&mut self, _: &str, _: &RepositoryMeta) {}
        fn wants(&mut self, _: &str, path: &str, _: u64) -> bool {
            [".tf", ".tofu", ".hcl"].iter().any(|end| path.ends_with(end))
        }
        fn file(&mut self, _: &str, path: &str, bytes: Option<&[u8]>, _: u64) {
            if let Some(text) = bytes.and_then(|bytes| std::str::from_utf8(bytes).ok()) {
                self.0.push((path.to_owned(), text.to_owned()));
            }
        }
        fn skipped(&mut self, _: &str, _: &str, _: &str) {}
        fn progress(&mut self, _: u64) -> bool {
            true
        }
    }

    /// `CAIRN_EXPORTS` names the folder of the exports where they lie elsewhere.
    #[test]
    fn all_files_of_the_given_exports() {
        let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/exports");
        let folder = env::var_os("CAIRN_EXPORTS").map_or(beside, Into::into);
        if !folder.is_dir() {
            println!("skipped: {} is not on this machine", folder.display());
            return;
        }
        let (mut same, mut refused) = (0, Vec::new());
        for archive in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
            if archive.extension().is_none_or(|extension| extension != "gz") {
                continue;
            }
            let mut files = Files(Vec::new());
            let mut file = fs::File::open(&archive).unwrap();
            archive::read_stream("x.tar.gz", &mut file, &Limits::default(), &mut files).unwrap();
            for (path, text) in files.0.iter().filter(|(path, _)| super::super::syntax(path).is_some()) {
                match compare(text) {
                    Ok(true) => same += 1,
                    Ok(false) => refused.push(format!("{} {path}", archive.display())),
                    Err(why) => panic!("{} {path}: {why}", archive.display()),
                }
            }
        }
        println!("{same} files alike; the parser refuses {refused:?}");
        assert!(refused.len() * 50 <= same, "more than 2 in 100 say nothing");
    }

    /// Pieces that configurations are made of, in any order.
    fn pieces() -> impl Strategy<Value = String> {
        let piece = prop::sample::select(vec![
            "a",
            "b ",
            "\n",
            "\n",
            "c = 1\n",
            "d = \"e\"\n",
            "f {\n",
            "}\n",
            "}",
            "{",
            " = ",
            "\"",
            "\\\"",
            "${",
            "%{",
            "$${",
            "[",
            "]",
            "(",
            ")",
            ",",
            "# g\n",
            "// h\n",
            "/*",
            "*/",
            "<<I\n",
            "I\n",
            "\nI\n",
            "<<-J\n",
            "J\n",
            ":",
            "==",
            "=>",
            "k \"l\" {\n",
            "m = { n = 1 }\n",
            "\r\n",
            "é",
            "=",
            "?",
            ".",
            "for o in p : ",
        ]);
        prop::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2_000))]

        #[test]
        fn any_text_is_read_as_a_parser_reads_it(text in pieces()) {
            prop_assert_eq!(compare(&text).map(|_| ()), Ok(()));
            for block in super::super::read(&text).blocks() {
                prop_assert!(block.lines().all(|(line, _)| line as usize <= text.matches('\n').count() + 1));
                let _ = block.is_off();
            }
        }
    }
}
