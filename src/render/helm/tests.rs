use super::*;

const METADATA: &str = "apiVersion: v2\nname: shop\nversion: 1.2.3\nappVersion: \"4.5\"\n";

fn evaluated(templates: &[&str], given: &str) -> Option<Rendered> {
    let mut all = Templates::default();
    let numbers: Vec<usize> = templates.iter().map(|text| all.add(text)).collect();
    let context = Context::new(METADATA, values(given).unwrap());
    let mut steps = 100_000;
    render(&all, *numbers.last().unwrap(), &context, &mut Memo::default(), &mut steps)
}

fn printed(template: &str, given: &str) -> String {
    evaluated(&[template], given).unwrap().text
}

#[test]
fn fields_are_filled_in() {
    let template = "image: \"{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}\"\n";
    assert_eq!(printed(template, "image: {repository: r.io/shop, tag: ''}\n"), "image: \"r.io/shop:4.5\"\n");
    assert_eq!(printed(template, "image: {repository: r.io/shop, tag: v7}\n"), "image: \"r.io/shop:v7\"\n");
    assert_eq!(printed(template, "image: {tag: v7}\n"), "image: \"{{ TEMPLATE }}:v7\"\n", "somebody has to give it");
    assert_eq!(printed("a: {{ .Chart.Name }}-{{ .Chart.Version }}\n", ""), "a: shop-1.2.3\n");
    assert_eq!(printed("a: {{ .Values.a.b }}\n", ""), "a: {{ TEMPLATE }}\n");
}

#[test]
fn blocks_of_yaml_are_written_as_helm_writes_them() {
    let template = "resources:\n  {{- toYaml .Values.resources | nindent 2 }}\nnext: 1\n";
    let given = "resources:\n  requests: {memory: 64Mi, cpu: 10m}\n  limits:\n    memory: 1Gi\n";
    let rendered = evaluated(&[template], given).unwrap();
    assert_eq!(
        rendered.text,
        "resources:\n  limits:\n    memory: 1Gi\n  requests:\n    cpu: 10m\n    memory: 64Mi\nnext: 1\n"
    );
    assert_eq!(rendered.lines[..7], [1, 2, 2, 2, 2, 2, 3], "lines of the template");
    assert_eq!(printed("{{ with .Values.r }}\nr:\n{{ toYaml . | indent 2 }}\n{{ end }}\n", "r: {}\n"), "\n");
    assert_eq!(printed("a: {{ .Values.r | toJson }}\n", "r: {b: [1, x]}\n"), "a: {\"b\":[1,\"x\"]}\n");
}

#[test]
fn branches_are_taken_where_their_condition_is_known() {
    let template = "a: 1\n{{- if .Values.ingress.enabled }}\nb: 2\n{{- else if eq .Values.mode \"x\" }}\nc: 3\n{{- else }}\nd: 4\n{{- end }}\ne: 5\n";
    assert_eq!(printed(template, "ingress: {enabled: true}\n"), "a: 1\nb: 2\ne: 5\n");
    assert_eq!(printed(template, "ingress: {enabled: false}\nmode: x\n"), "a: 1\nc: 3\ne: 5\n");
    let rendered = evaluated(&[template], "ingress: {enabled: false}\nmode: y\n").unwrap();
    assert_eq!((rendered.text.as_str(), &rendered.lines[..3]), ("a: 1\nd: 4\ne: 5\n", &[1, 7, 9][..]));
    let unknown = printed(template, "");
    assert!(["b: 2", "d: 4"].iter().all(|branch| unknown.contains(branch)), "{unknown}");
    assert!(unknown.contains("{{ if TEMPLATE }}\nb: 2\n{{ else }}"), "{unknown}");
    let both = printed(&template.replace("eq .Values.mode \"x\"", ".Values.x.y"), "");
    assert!(both.contains("{{ else }}{{ if TEMPLATE }}\nc: 3\n{{ else }}\nd: 4\n{{ end }}{{ end }}\ne: 5"), "{both}");
}

#[test]
fn what_a_cluster_or_a_file_tells_is_unknown_and_keeps_both_branches() {
    for condition in [
        ".Capabilities.APIVersions.Has \"a/v1\"",
        "lookup \"v1\" \"Secret\" \"a\" \"b\"",
        ".Files.Get \"x\"",
        "regexMatch \"a\" .Values.on",
        "semverCompare \">1\" \"2\"",
        "and .Values.on .Release.IsUpgrade",
        "'x'",
    ] {
        let text =
            printed(&format!("{{{{ if {condition} }}}}\na: 1\n{{{{ else }}}}\nb: 2\n{{{{ end }}}}\n"), "on: yes\n");
        assert!(text.contains("a: 1") && text.contains("b: 2"), "{condition}: {text}");
    }
    let known = printed("{{ if and .Values.off (lookup \"a\") }}a{{ else }}b{{ end }}", "off: false\n");
    assert_eq!(known, "b", "the first argument decides");
    assert_eq!(printed("{{ if or .Release.Name .Values.x.y }}a{{ end }}", ""), "a");
}

#[test]
fn loops_go_over_known_values() {
    let template =
        "{{- range $i, $p := .Values.ports }}\n- {{ $i }}: {{ $p.name }} {{ .port }}\n{{- else }}\nnone\n{{- end }}\n";
    assert_eq!(printed(template, "ports: [{name: a, port: 1}, {name: b, port: 2}]\n"), "\n- 0: a 1\n- 1: b 2\n");
    assert_eq!(printed(template, "ports: []\n"), "\nnone\n");
    assert_eq!(printed("{{ range $k, $v := .Values.m }}{{ $k }}={{ $v }};{{ end }}", "m: {b: 2, a: x}\n"), "a=x;b=2;");
    let unknown = printed("{{ range (lookup \"a\") }}\n- {{ .x }}\n{{ end }}\n", "");
    assert_eq!(unknown, "{{ range TEMPLATE }}\n- {{ TEMPLATE }}\n{{ end }}\n");
}

#[test]
fn variables_keep_what_is_known_on_every_way() {
    let template = "{{ $a := 1 }}{{ $b := 1 }}{{ $c := 1 }}{{ if .Values.x.y }}{{ $a = 2 }}{{ $b = 1 }}{{ end }}{{ if true }}{{ $c = 3 }}{{ $b := 9 }}{{ end }}/{{ $a }}/{{ $b }}/{{ $c }}";
    assert!(printed(template, "").ends_with("/{{ TEMPLATE }}/1/3"), "{}", printed(template, ""));
    let counted = "{{ $n := 0 }}{{ range .Values.l }}{{ $n = add $n . }}{{ end }}{{ $n }}";
    assert_eq!(printed(counted, "l: [1, 2, 3]\n"), "6");
    let unknown = "{{ $n := 0 }}{{ range .Values.x.l }}{{ if $n }}a{{ end }}{{ $n = 1 }}{{ end }}/{{ $n }}";
    assert!(printed(unknown, "").contains("a"), "a later turn takes the branch");
    assert!(printed(unknown, "").ends_with("/{{ TEMPLATE }}"));
}

#[test]
fn helpers_are_included() {
    let helpers = "{{/* a comment */}}\n{{- define \"shop.name\" -}}\n{{- default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix \"-\" }}\n{{- end }}\n{{- define \"shop.labels\" -}}\napp: {{ include \"shop.name\" . }}\nrelease: {{ .Release.Name }}\n{{- end }}\n{{- define \"shop.full\" -}}\n{{- if contains .Chart.Name .Release.Name }}\n{{- .Release.Name }}\n{{- else }}\n{{- printf \"%s-%s\" .Release.Name .Chart.Name }}\n{{- end }}\n{{- end }}\n";
    let render = |template: &str| evaluated(&[helpers, template], "").unwrap().text;
    assert_eq!(
        render("labels:\n  {{- include \"shop.labels\" . | nindent 2 }}\n"),
        "labels:\n  app: shop\n  release: {{ TEMPLATE }}\n"
    );
    assert_eq!(render("a: {{ template \"shop.name\" . }}\n"), "a: shop\n");
    assert_eq!(render("a: {{ include \"shop.full\" . }}\n"), "a: {{ TEMPLATE }}\n", "one of two names");
    assert_eq!(render("a: {{ include \"other\" . }}\n"), "a: {{ TEMPLATE }}\n");
    assert_eq!(
        render("a: {{ tpl \"{{ .Chart.Name }}-x\" . }}\nb: {{ include (print \"shop\" \".name\") $ }}\n"),
        "a: shop-x\nb: shop\n"
    );
}

#[test]
fn functions_do_what_their_documentation_says() {
    for (expression, result) in [
        ("\"a\" | quote", "\"a\""),
        ("5 | squote", "'5'"),
        ("\" a \" | trim", "a"),
        ("trunc 3 \"hello\"", "hel"),
        ("trunc -2 \"hello\"", "lo"),
        ("trimSuffix \"-\" \"a-\"", "a"),
        ("trimPrefix \"v\" \"v1\"", "1"),
        ("lower \"AbC\"", "abc"),
        ("upper \"AbC\"", "ABC"),
        ("\"a b c\" | replace \" \" \"-\"", "a-b-c"),
        ("printf \"%s-%d-%v%%\" \"a\" 3 true", "a-3-true%"),
        ("ternary \"yes\" \"no\" true", "yes"),
        ("coalesce nil \"\" \"c\" \"d\"", "c"),
        ("empty 0", "true"),
        ("not \"a\"", "false"),
        ("eq 1 2 1", "true"),
        ("ne \"a\" \"b\"", "true"),
        ("len (list 1 2 3)", "3"),
        ("int \"7\"", "7"),
        ("hasKey (dict \"a\" 1) \"a\"", "true"),
        ("(dict \"a\" (dict \"b\" 2)).a.b", "2"),
        ("index (list \"x\" \"y\") 1", "y"),
        ("dig \"a\" \"b\" \"none\" (dict \"a\" (dict))", "none"),
        ("join \",\" (list \"a\" \"b\")", "a,b"),
        ("default \"d\" .Values.none", "d"),
        ("get (merge (dict \"a\" 1) (dict \"a\" 2 \"b\" 3)) \"b\"", "3"),
        ("get (merge (dict \"a\" 1) (dict \"a\" 2 \"b\" 3)) \"a\"", "1"),
        ("(.Values.none).some | default \"d\"", "d"),
        ("`raw \\n`", "raw \\n"),
        ("\"}}\"", "}}"),
        ("kindIs \"string\" \"a\"", "true"),
        ("sub 5 3", "2"),
        ("and true 0", "0"),
        ("or \"\" \"b\"", "b"),
        ("fail \"no\"", "{{ TEMPLATE }}"),
        ("required \"no\" .Values.none", "{{ TEMPLATE }}"),
        ("unheard \"of\"", "{{ TEMPLATE }}"),
        ("printf \"%s-a\" .Release.Name", "{{ TEMPLATE }}-a"),
        ("lower .Release.Name", "{{ TEMPLATE }}"),
        ("eq .Release.Name \"a\"", "{{ TEMPLATE }}"),
        ("eq .Release.Name \"\"", "false"),
        ("div 1 0", "{{ TEMPLATE }}"),
        ("\"a\" | nindent 2", "\n  a"),
    ] {
        assert_eq!(printed(&format!("{{{{ {expression} }}}}"), ""), result, "{expression}");
    }
}

#[test]
fn mappings_that_change_are_followed_or_nothing_is_evaluated() {
    let own = "{{ $d := dict \"a\" 1 }}{{ $_ := set $d \"b\" 2 }}{{ $d.b }}";
    assert_eq!(printed(own, ""), "2");
    assert!(evaluated(&["{{ $_ := set .Values \"b\" 2 }}{{ .Values.b }}"], "").is_none());
}

#[test]
fn marks_trim_white_space_where_the_action_is_done() {
    assert_eq!(printed("a:\n  {{- /* c */ -}}\n  b\n", ""), "a:b\n");
    assert_eq!(printed("{{- $a := 1 -}}\n\nx: {{ $a -}}  \n", ""), "x: 1");
    let rendered = evaluated(&["{{- $a := 1 -}}\n\nx: 1\n"], "").unwrap();
    assert_eq!(rendered.lines[0], 3);
}

#[test]
fn templates_that_are_none_and_those_without_an_end_are_not_evaluated() {
    for template in
        ["{{ if .a }}", "{{ end }}", "{{ open", "{{ else }}", "{{ range .l }}{{ break }}{{ end }}", "{{/* a"]
    {
        assert!(evaluated(&[template], "").is_none(), "{template}");
    }
    let recursive = "{{ define \"a\" }}{{ include \"a\" . }}{{ end }}{{ include \"a\" . }}";
    assert!(evaluated(&[recursive], "").is_none());
    let wide = format!("{{{{ $a := \"{}\" }}}}", "x".repeat(5_000))
        + &"{{ $a = printf \"%s%s%s%s\" $a $a $a $a }}".repeat(20)
        + "{{ $a }}";
    assert!(evaluated(&[&wide], "").unwrap().text.len() < 100, "too long a text is unknown");
    let loops = "{{ range .Values.l }}".repeat(12) + "a" + &"{{ end }}".repeat(12);
    let nested =
        "{{ $l := list 1 2 3 4 5 6 7 8 9 }}".to_owned() + &"{{ range $l }}".repeat(12) + "a" + &"{{ end }}".repeat(12);
    assert!(evaluated(&[&nested], "").is_none(), "too many steps");
    assert_eq!(printed(&loops, ""), "");
    let deep = format!("{{{{ {}1{} }}}}", "(".repeat(400), ")".repeat(400));
    assert_eq!(printed(&deep, ""), "{{ TEMPLATE }}");
}
