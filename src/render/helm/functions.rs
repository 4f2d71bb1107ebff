//! Functions of Go templates, Sprig and Helm. What a function makes of something unknown is unknown, except where its result
//! does not depend on it.

use std::rc::Rc;

use super::value::{HOLE, MAX_TEXT, Members, Value, is_partial, json_text, values};

/// Most elements of a list that is put together.
const MAX_ITEMS: usize = 10_000;
/// Widest indentation.
const MAX_INDENT: usize = 200;

/// Calls a function; a piped value is the last argument. What is not known here is unknown.
pub(super) fn call(name: &str, arguments: &[Value]) -> Value {
    on_logic(name, arguments)
        .or_else(|| on_text(name, arguments))
        .or_else(|| on_collection(name, arguments))
        .or_else(|| on_number(name, arguments))
        .unwrap_or(Value::Unknown)
}

/// A text as a function prints it, known in part where the value is not known.
fn shown(value: &Value) -> Option<String> {
    match value {
        Value::Nil => Some(String::new()),
        Value::List(_) | Value::Map(_) if !value.is_known() => None,
        _ => Some(value.printed()),
    }
}

fn truth(value: Option<bool>) -> Value {
    value.map_or(Value::Unknown, Value::Bool)
}

fn given_if_true(value: &Value) -> Value {
    match value.truth() {
        Some(true) => Value::Given,
        _ => Value::Unknown,
    }
}

fn on_logic(name: &str, arguments: &[Value]) -> Option<Value> {
    Some(match (name, arguments) {
        ("default", [other]) => other.clone(),
        ("default", [other, value]) => match value.truth() {
            Some(true) => value.clone(),
            Some(false) => other.clone(),
            None if other.truth() == Some(true) => Value::Given,
            None => Value::Unknown,
        },
        ("coalesce", values) => {
            for (place, value) in values.iter().enumerate() {
                match value.truth() {
                    Some(true) => return Some(value.clone()),
                    Some(false) => {}
                    None if values[place..].iter().any(|value| value.truth() == Some(true)) => {
                        return Some(Value::Given);
                    }
                    None => return Some(Value::Unknown),
                }
            }
            Value::Nil
        }
        ("ternary", [yes, no, test]) => match test {
            Value::Bool(true) => yes.clone(),
            Value::Bool(false) => no.clone(),
            _ => yes.or(no),
        },
        ("required", [_, value]) => match value {
            // Whoever installs the chart gives it.
            Value::Nil | Value::Unknown => Value::Given,
            Value::Text(text) if text.is_empty() => Value::Given,
            _ => value.clone(),
        },
        ("not", [value]) => truth(value.truth().map(|truth| !truth)),
        ("empty", [value]) => truth(value.truth().map(|truth| !truth)),
        ("all", values) => match values.iter().map(Value::truth).collect::<Option<Vec<_>>>() {
            Some(truths) => Value::Bool(truths.into_iter().all(|truth| truth)),
            None => Value::Unknown,
        },
        ("any", values) => match values.iter().map(Value::truth).collect::<Option<Vec<_>>>() {
            Some(truths) => Value::Bool(truths.into_iter().any(|truth| truth)),
            None => Value::Unknown,
        },
        ("eq", [first, others @ ..]) if !others.is_empty() => {
            let equal: Vec<Option<bool>> = others.iter().map(|other| equal(first, other)).collect();
            if equal.contains(&Some(true)) {
                Value::Bool(true)
            } else {
                truth(equal.iter().all(Option::is_some).then_some(false))
            }
        }
        ("ne", [a, b]) => truth(equal(a, b).map(|equal| !equal)),
        ("kindIs" | "typeIs", [Value::Text(kind), value]) => truth(is_kind(kind, value)),
        ("kindOf" | "typeOf", [value]) => {
            let kinds = ["bool", "string", "map", "slice", "int", "float64"];
            let kind = kinds.into_iter().find(|kind| name == "kindOf" && is_kind(kind, value) == Some(true))?;
            Value::text(kind)
        }
        _ => return None,
    })
}

/// Whether two values are equal, where Go compares them at all. A value that is not empty is not an empty one.
fn equal(a: &Value, b: &Value) -> Option<bool> {
    match (a, b) {
        (Value::Given, other) | (other, Value::Given) if other.truth() == Some(false) => Some(false),
        (Value::Text(a), Value::Text(b)) if !is_partial(a) && !is_partial(b) => Some(a == b),
        (Value::Bool(a), Value::Bool(b)) => Some(a == b),
        (Value::Nil, Value::Nil) => Some(true),
        (Value::Nil, other) | (other, Value::Nil) => other.is_known().then_some(false),
        (a, b) => Some(number(a)? == number(b)?),
    }
}

fn number(value: &Value) -> Option<f64> {
    match value {
        Value::Int(value) => Some(*value as f64),
        Value::Float(value) => Some(*value),
        _ => None,
    }
}

fn is_kind(kind: &str, value: &Value) -> Option<bool> {
    Some(match (kind, value) {
        (_, Value::Unknown | Value::Given) => return None,
        ("string", value) => matches!(value, Value::Text(_)),
        ("bool", value) => matches!(value, Value::Bool(_)),
        ("map" | "map[string]interface {}", value) => matches!(value, Value::Map(_)),
        ("slice" | "[]interface {}", value) => matches!(value, Value::List(_)),
        ("invalid", value) => matches!(value, Value::Nil),
        // Whether a number of a values file is one or the other depends on Helm's version.
        (_, Value::Int(_) | Value::Float(_)) => return None,
        _ => false,
    })
}

fn on_text(name: &str, arguments: &[Value]) -> Option<Value> {
    Some(match (name, arguments) {
        ("toYaml", [value]) => written(value, value.yaml()),
        ("toJson" | "toRawJson", [value]) => written(value, value.json()),
        ("quote" | "squote", values) => {
            let quoted = values.iter().filter(|value| **value != Value::Nil).map(|value| {
                let text = shown(value)?;
                Some(if name == "quote" { json_text(&text) } else { format!("'{text}'") })
            });
            Value::text(quoted.collect::<Option<Vec<_>>>()?.join(" "))
        }
        ("toString" | "print", [value]) if shown(value).is_some_and(|text| text == HOLE) => value.clone(),
        ("toString", [value]) => Value::partial(shown(value)?),
        ("print", values) => {
            let mut out = String::new();
            let mut was_text = true;
            for value in values {
                let is_text = matches!(value, Value::Text(_) | Value::Given | Value::Unknown);
                if !(was_text || is_text) {
                    out.push(' ');
                }
                was_text = is_text;
                out.push_str(&shown(value)?);
            }
            Value::partial(out)
        }
        ("printf", [Value::Text(format), values @ ..]) => formatted(format, values)?,
        ("nindent" | "indent", [Value::Int(width), value]) => {
            let text = match value {
                Value::Unknown | Value::Given | Value::Nil => return Some(Value::Unknown),
                _ => shown(value)?,
            };
            let pad = " ".repeat(usize::try_from(*width).ok()?.min(MAX_INDENT));
            if text.len() + pad.len() * (1 + text.matches('\n').count()) > MAX_TEXT {
                return Some(Value::Unknown);
            }
            let indented = format!("{pad}{}", text.replace('\n', &format!("\n{pad}")));
            Value::text(if name == "nindent" { format!("\n{indented}") } else { indented })
        }
        ("trim", [value]) => Value::partial(shown(value)?.trim().to_owned()),
        ("b64enc" | "sha256sum" | "sha1sum" | "md5sum" | "adler32sum", [value]) => match name {
            "b64enc" => given_if_true(value),
            _ => Value::Given,
        },
        ("randAlphaNum" | "randAlpha" | "randNumeric" | "randAscii" | "uuidv4" | "now" | "htpasswd" | "bcrypt", _) => {
            Value::Given
        }
        ("trunc", [Value::Int(width), value]) if matches!(value, Value::Given) && *width != 0 => Value::Given,
        ("lower" | "upper" | "title" | "untitle", [Value::Given]) => Value::Given,
        _ => return on_known_text(name, arguments),
    })
}

fn written(value: &Value, text: String) -> Value {
    match value {
        Value::Unknown | Value::Given => value.clone(),
        _ if text.len() > MAX_TEXT => Value::Unknown,
        _ => Value::text(text),
    }
}

/// Functions that look at the letters of a text.
fn on_known_text(name: &str, arguments: &[Value]) -> Option<Value> {
    let known = |value: &Value| match value {
        Value::Text(text) => (!is_partial(text)).then(|| text.to_string()),
        Value::Int(_) | Value::Bool(_) => Some(value.printed()),
        _ => None,
    };
    let text = known(arguments.last()?)?;
    let first = || known(arguments.first()?);
    Some(match (name, arguments.len()) {
        ("lower", 1) => Value::text(text.to_lowercase()),
        ("upper", 1) => Value::text(text.to_uppercase()),
        ("trunc", 2) => match arguments[0] {
            Value::Int(width) if width >= 0 => {
                let end = usize::try_from(width).ok()?.min(text.len());
                Value::text(text.get(..end)?)
            }
            Value::Int(width) => {
                let start = text.len().saturating_sub(usize::try_from(width.unsigned_abs()).ok()?);
                Value::text(text.get(start..)?)
            }
            _ => return None,
        },
        ("trimSuffix", 2) => Value::text(text.strip_suffix(&first()?).unwrap_or(&text)),
        ("trimPrefix", 2) => Value::text(text.strip_prefix(&first()?).unwrap_or(&text)),
        ("trimAll", 2) => {
            let letters = first()?;
            Value::text(text.trim_matches(|c| letters.contains(c)))
        }
        ("contains", 2) => Value::Bool(text.contains(&first()?)),
        ("hasPrefix", 2) => Value::Bool(text.starts_with(&first()?)),
        ("hasSuffix", 2) => Value::Bool(text.ends_with(&first()?)),
        ("replace", 3) => {
            let (from, to) = (first()?, known(&arguments[1])?);
            if from.is_empty() || text.len() * (1 + to.len()) > 16 * MAX_TEXT {
                return None;
            }
            Value::text(text.replace(&from, &to))
        }
        ("splitList", 2) => {
            let mark = first()?;
            if mark.is_empty() {
                return None;
            }
            Value::List(text.split(&mark).take(MAX_ITEMS).map(Value::text).collect())
        }
        ("fromYaml" | "fromJson", 1) => values(&text)?,
        _ => return None,
    })
}

/// What `printf` writes, for the verbs `%s`, `%v`, `%d` and `%q`.
fn formatted(format: &str, values: &[Value]) -> Option<Value> {
    let mut out = String::new();
    let mut values = values.iter();
    let mut rest = format;
    while let Some((before, after)) = rest.split_once('%') {
        out.push_str(before);
        let verb = after.chars().next()?;
        rest = &after[verb.len_utf8()..];
        if verb == '%' {
            out.push('%');
            continue;
        }
        let value = values.next()?;
        match (verb, value) {
            ('s' | 'v' | 'd' | 'q', Value::Unknown | Value::Given) => out.push_str(HOLE),
            ('s', Value::Text(text)) => out.push_str(text),
            ('q', Value::Text(text)) => out.push_str(&json_text(text)),
            ('v', Value::Text(_) | Value::Int(_) | Value::Bool(_) | Value::Float(_)) | ('d', Value::Int(_)) => {
                out.push_str(&value.printed());
            }
            _ => return None,
        }
        if out.len() > MAX_TEXT {
            return None;
        }
    }
    out.push_str(rest);
    Some(Value::partial(out))
}

fn on_collection(name: &str, arguments: &[Value]) -> Option<Value> {
    Some(match (name, arguments) {
        ("list" | "tuple", items) => Value::List(items.into()),
        ("dict", members) => {
            let mut made = Members::new();
            for pair in members.chunks(2) {
                let Value::Text(key) = &pair[0] else { return None };
                made.insert(key.clone(), pair.get(1).cloned().unwrap_or_else(|| Value::text("")));
            }
            Value::Map(Rc::new(made))
        }
        ("hasKey", [Value::Map(members), Value::Text(key)]) => Value::Bool(members.contains_key(key)),
        ("get", [Value::Map(members), Value::Text(key)]) => {
            members.get(key).cloned().unwrap_or_else(|| Value::text(""))
        }
        ("set", [Value::Map(members), Value::Text(key), value]) => {
            let mut made = Members::clone(members);
            made.insert(key.clone(), value.clone());
            Value::Map(Rc::new(made))
        }
        ("unset", [Value::Map(members), Value::Text(key)]) => {
            let mut made = Members::clone(members);
            made.remove(key);
            Value::Map(Rc::new(made))
        }
        ("pick" | "omit", [Value::Map(members), keys @ ..]) if keys.iter().all(Value::is_known) => {
            let is_named = |key: &Rc<str>| keys.iter().any(|named| matches!(named, Value::Text(named) if named == key));
            let kept = members.iter().filter(|(key, _)| is_named(key) == (name == "pick"));
            Value::Map(Rc::new(kept.map(|(key, value)| (key.clone(), value.clone())).collect()))
        }
        ("keys", [Value::Map(members)]) => Value::List(members.keys().cloned().map(Value::Text).collect()),
        ("values", [Value::Map(members)]) => Value::List(members.values().cloned().collect()),
        ("merge" | "mustMerge", [Value::Map(_), others @ ..]) => {
            others.iter().try_fold(arguments[0].clone(), |merged, other| merged_under(&merged, other))?
        }
        ("mergeOverwrite" | "mustMergeOverwrite", [Value::Map(_), others @ ..]) => {
            others.iter().try_fold(arguments[0].clone(), |merged, other| merged_under(other, &merged))?
        }
        ("deepCopy" | "mustDeepCopy", [value]) => value.clone(),
        ("dig", [keys @ .., other, value]) if !keys.is_empty() => {
            let mut found = value.clone();
            for key in keys {
                let (Value::Map(members), Value::Text(key)) = (&found, key) else { return None };
                match members.get(key) {
                    Some(inner) => found = inner.clone(),
                    None => return Some(other.clone()),
                }
            }
            found
        }
        ("index", [value, keys @ ..]) => {
            let mut found = value.clone();
            for key in keys {
                found = match (&found, key) {
                    (Value::Map(members), Value::Text(key)) => members.get(key).cloned().unwrap_or(Value::Nil),
                    (Value::List(items), Value::Int(at)) => items.get(usize::try_from(*at).ok()?)?.clone(),
                    _ => return None,
                };
            }
            found
        }
        ("len", [Value::List(items)]) => Value::Int(i64::try_from(items.len()).ok()?),
        ("len", [Value::Map(members)]) => Value::Int(i64::try_from(members.len()).ok()?),
        ("len", [Value::Text(text)]) if !is_partial(text) => Value::Int(i64::try_from(text.len()).ok()?),
        ("first", [Value::List(items)]) => items.first().cloned().unwrap_or(Value::Nil),
        ("last", [Value::List(items)]) => items.last().cloned().unwrap_or(Value::Nil),
        ("rest", [Value::List(items)]) => Value::List(items.get(1..).unwrap_or_default().into()),
        ("append" | "push", [Value::List(items), item]) if items.len() < MAX_ITEMS => {
            Value::List(items.iter().chain([item]).cloned().collect())
        }
        ("prepend", [Value::List(items), item]) if items.len() < MAX_ITEMS => {
            Value::List([item].into_iter().chain(items.iter()).cloned().collect())
        }
        ("concat", lists) => {
            let mut all = Vec::new();
            for list in lists {
                let Value::List(items) = list else { return None };
                all.extend(items.iter().cloned());
                if all.len() > MAX_ITEMS {
                    return None;
                }
            }
            Value::List(all.into())
        }
        ("has", [item, Value::List(items)]) => {
            let equal: Vec<Option<bool>> = items.iter().map(|other| equal(item, other)).collect();
            if equal.contains(&Some(true)) {
                Value::Bool(true)
            } else {
                truth(equal.iter().all(Option::is_some).then_some(false))
            }
        }
        ("join", [Value::Text(mark), Value::List(items)]) => {
            let texts: Vec<String> = items.iter().map(shown).collect::<Option<_>>()?;
            Value::partial(texts.join(mark))
        }
        ("compact", [Value::List(items)]) if items.iter().all(|item| item.truth().is_some()) => {
            Value::List(items.iter().filter(|item| item.truth() == Some(true)).cloned().collect())
        }
        ("uniq", [Value::List(items)]) if items.iter().all(Value::is_known) && items.len() < 1_000 => {
            let mut kept: Vec<Value> = Vec::new();
            for item in items.iter() {
                if !kept.contains(item) {
                    kept.push(item.clone());
                }
            }
            Value::List(kept.into())
        }
        _ => return None,
    })
}

/// What Sprig's `merge` makes of two mappings: the members of the first, unless they are empty, and others of the second.
fn merged_under(first: &Value, second: &Value) -> Option<Value> {
    let (Value::Map(first), Value::Map(second)) = (first, second) else { return None };
    let mut merged = Members::clone(first);
    for (key, value) in second.iter() {
        let kept = match merged.get(key) {
            Some(known @ Value::Map(_)) if matches!(value, Value::Map(_)) => merged_under(known, value)?,
            Some(known) => match known.truth() {
                Some(true) => known.clone(),
                Some(false) => value.clone(),
                None => Value::Unknown,
            },
            None => value.clone(),
        };
        merged.insert(key.clone(), kept);
    }
    Some(Value::Map(Rc::new(merged)))
}

fn on_number(name: &str, arguments: &[Value]) -> Option<Value> {
    let whole = |value: &Value| match value {
        Value::Int(value) => Some(*value),
        Value::Float(value) if value.abs() < 1e15 => Some(*value as i64),
        Value::Text(text) => text.parse().ok(),
        Value::Bool(value) => Some(i64::from(*value)),
        Value::Nil => Some(0),
        _ => None,
    };
    let numbers = || arguments.iter().map(whole).collect::<Option<Vec<i64>>>();
    Some(match (name, arguments.len()) {
        ("int" | "int64" | "toDecimal" | "atoi", 1) => Value::Int(whole(&arguments[0])?),
        ("float64", 1) => Value::Float(number(&arguments[0])?),
        ("gt" | "ge" | "lt" | "le", 2) => {
            let (a, b) = (number(&arguments[0])?, number(&arguments[1])?);
            Value::Bool(match name {
                "gt" => a > b,
                "ge" => a >= b,
                "lt" => a < b,
                _ => a <= b,
            })
        }
        ("add", 1..) => Value::Int(numbers()?.into_iter().try_fold(0i64, i64::checked_add)?),
        ("mul", 1..) => Value::Int(numbers()?.into_iter().try_fold(1i64, i64::checked_mul)?),
        ("add1", 1) => Value::Int(whole(&arguments[0])?.checked_add(1)?),
        ("sub", 2) => Value::Int(whole(&arguments[0])?.checked_sub(whole(&arguments[1])?)?),
        ("div", 2) => Value::Int(whole(&arguments[0])?.checked_div(whole(&arguments[1])?)?),
        ("mod", 2) => Value::Int(whole(&arguments[0])?.checked_rem(whole(&arguments[1])?)?),
        ("max", 1..) => Value::Int(numbers()?.into_iter().max()?),
        ("min", 1..) => Value::Int(numbers()?.into_iter().min()?),
        _ => return None,
    })
}
