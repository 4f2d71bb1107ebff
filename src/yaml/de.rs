//! serde's `Deserializer` over what is parsed: nodes of a YAML tree, or JSON as it goes. Both are one type, so that what
//! serde derives is compiled once; what does not depend on the type that is read stands in functions that are not generic.
//!
//! Scalars are read by what is asked for: a number where text is wanted is text, and a quoted number is a number.

use serde::de::{self, DeserializeOwned, DeserializeSeed, IntoDeserializer, Visitor};

use super::{
    document::{Items, Members, NodeRef},
    error::JsonErrorKind,
    json::{JsonCursor, Scalar},
    read_error::Error,
    value::boolean,
};
use crate::util::number::decimal;

/// Reads a node as a type.
pub(super) fn from_node<T: DeserializeOwned>(node: NodeRef<'_>) -> Result<T, Error> {
    T::deserialize(Source::Node(node)).map_err(|e| e.at(node.line()))
}

/// Reads a JSON text as a type.
pub(super) fn from_json<T: DeserializeOwned>(text: &[u8]) -> Result<T, Error> {
    let text = std::str::from_utf8(text)
        .map_err(|_| Error::syntax(JsonErrorKind::Syntax, 0, "it holds bytes that are no UTF-8 text".into()))?;
    let mut cursor = JsonCursor::new(text);
    let value = T::deserialize(Source::Json(&mut cursor)).map_err(|e| e.at(cursor.line()))?;
    cursor.end()?;
    Ok(value)
}

/// Where a value is read from.
pub(super) enum Source<'a, 'de> {
    Node(NodeRef<'de>),
    Json(&'a mut JsonCursor<'de>),
    /// The key of a JSON object.
    Key(&'a str),
}

/// What a value is, gone into.
enum Value<'a, 'de> {
    Null,
    Scalar { text: &'a str, plain: bool },
    Seq(SeqReader<'a, 'de>),
    Map(MapReader<'a, 'de>),
}

impl<'a, 'de: 'a> Source<'a, 'de> {
    /// Line of a node. A cursor counts lines when there is an error, since that takes time.
    fn line(&self) -> u32 {
        match self {
            Self::Node(node) => node.line(),
            Self::Json(_) | Self::Key(_) => 0,
        }
    }

    fn open(self) -> Result<Value<'a, 'de>, Error> {
        Ok(match self {
            Self::Node(node) => match node.text() {
                Some(text) => Value::Scalar { text, plain: node.is_plain() },
                None if node.is_seq() => Value::Seq(SeqReader::new(Elements::Nodes(node.items()))),
                None if node.is_map() => Value::Map(MapReader::new(Pairs::Nodes(node.members(), None))),
                None => Value::Null,
            },
            Self::Key(text) => Value::Scalar { text, plain: false },
            Self::Json(cursor) => match cursor.peek()? {
                b'[' => {
                    cursor.enter()?;
                    Value::Seq(SeqReader::new(Elements::Json(cursor)))
                }
                b'{' => {
                    cursor.enter()?;
                    Value::Map(MapReader::new(Pairs::Json(cursor, "")))
                }
                _ => match cursor.scalar()? {
                    Scalar::Null => Value::Null,
                    Scalar::Plain(text) => Value::Scalar { text, plain: true },
                    Scalar::Quoted(text) => Value::Scalar { text, plain: false },
                },
            },
        })
    }

    /// The text of a scalar.
    fn text(self, wanted: &str) -> Result<&'a str, Error> {
        let line = self.line();
        match self.open()? {
            Value::Scalar { text, .. } => Ok(text),
            other => Err(other.mismatch(line, wanted)),
        }
    }

    fn unsigned(self, wanted: &str, max: u64) -> Result<u64, Error> {
        let line = self.line();
        let text = self.text(wanted)?;
        text.parse().ok().filter(|n| *n <= max).ok_or_else(|| unfit(line, wanted, text))
    }

    fn signed(self, min: i64, max: i64) -> Result<i64, Error> {
        let wanted = "a whole number";
        let line = self.line();
        let text = self.text(wanted)?;
        text.parse().ok().filter(|n| (min..=max).contains(n)).ok_or_else(|| unfit(line, wanted, text))
    }

    fn float(self) -> Result<f64, Error> {
        let line = self.line();
        let text = self.text("a number")?;
        decimal(text).ok_or_else(|| unfit(line, "a number", text))
    }

    fn bool(self) -> Result<bool, Error> {
        let wanted = "true or false";
        let line = self.line();
        match self.open()? {
            Value::Scalar { text, plain } => {
                plain.then(|| boolean(text)).flatten().ok_or_else(|| unfit(line, wanted, text))
            }
            other => Err(other.mismatch(line, wanted)),
        }
    }

    /// Elements of a list; null is an empty one.
    fn seq(self) -> Result<SeqReader<'a, 'de>, Error> {
        let line = self.line();
        match self.open()? {
            Value::Seq(seq) => Ok(seq),
            Value::Null => Ok(SeqReader::new(Elements::Nodes(Items::default()))),
            other => Err(other.mismatch(line, "a list")),
        }
    }

    /// Members of a mapping; null is an empty one.
    fn map(self) -> Result<MapReader<'a, 'de>, Error> {
        let line = self.line();
        match self.open()? {
            Value::Map(map) => Ok(map),
            Value::Null => Ok(MapReader::new(Pairs::Nodes(Members::default(), None))),
            other => Err(other.mismatch(line, "a mapping")),
        }
    }

    /// Whether it is null, which is passed then.
    fn take_null(&mut self) -> Result<bool, Error> {
        match self {
            Self::Node(node) => Ok(node.is_null()),
            Self::Json(cursor) => Ok(cursor.peek()? == b'n' && matches!(cursor.scalar()?, Scalar::Null)),
            Self::Key(_) => Ok(false),
        }
    }

    fn skip(self) -> Result<(), Error> {
        match self {
            Self::Json(cursor) => cursor.skip(),
            Self::Node(_) | Self::Key(_) => Ok(()),
        }
    }
}

#[cold]
fn unfit(line: u32, wanted: &str, text: &str) -> Error {
    Error::new(line, format!("expected {wanted}, found \"{text}\""))
}

impl Value<'_, '_> {
    #[cold]
    fn mismatch(self, line: u32, wanted: &str) -> Error {
        let found = match self {
            Self::Null => "nothing",
            Self::Scalar { text, .. } => return unfit(line, wanted, text),
            Self::Seq(_) => "a list",
            Self::Map(_) => "a mapping",
        };
        Error::new(line, format!("expected {wanted}, found {found}"))
    }
}

macro_rules! unsigned {
    ($($name:ident $type:ty, $wanted:literal;)*) => {$(
        fn $name<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
            visitor.visit_u64(self.unsigned($wanted, <$type>::MAX.into())?)
        }
    )*};
}

macro_rules! signed {
    ($($name:ident $type:ty;)*) => {$(
        fn $name<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
            visitor.visit_i64(self.signed(<$type>::MIN.into(), <$type>::MAX.into())?)
        }
    )*};
}

impl<'de> de::Deserializer<'de> for Source<'_, 'de> {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.open()? {
            Value::Null => visitor.visit_unit(),
            Value::Scalar { text, plain: true } => {
                if let Some(value) = boolean(text) {
                    visitor.visit_bool(value)
                } else if let Ok(value) = text.parse::<i64>() {
                    visitor.visit_i64(value)
                } else if let Some(value) = decimal(text) {
                    visitor.visit_f64(value)
                } else {
                    visitor.visit_str(text)
                }
            }
            Value::Scalar { text, plain: false } => visitor.visit_str(text),
            Value::Seq(seq) => seq.visit(visitor),
            Value::Map(map) => map.visit(visitor),
        }
    }

    unsigned! {
        deserialize_u8 u8, "a whole number from 0 to 255";
        deserialize_u16 u16, "a whole number from 0 to 65535";
        deserialize_u32 u32, "a whole number";
        deserialize_u64 u64, "a whole number";
    }
    signed! {
        deserialize_i8 i8;
        deserialize_i16 i16;
        deserialize_i32 i32;
        deserialize_i64 i64;
    }

    fn deserialize_f32<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_f64(self.float()?)
    }
    fn deserialize_f64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_f64(self.float()?)
    }
    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_bool(self.bool()?)
    }
    fn deserialize_char<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.deserialize_str(visitor)
    }
    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_str(self.text("text")?)
    }
    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.deserialize_str(visitor)
    }
    fn deserialize_identifier<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.deserialize_str(visitor)
    }
    fn deserialize_option<V: Visitor<'de>>(mut self, visitor: V) -> Result<V::Value, Error> {
        if self.take_null()? { visitor.visit_none() } else { visitor.visit_some(self) }
    }
    fn deserialize_unit<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.skip()?;
        visitor.visit_unit()
    }
    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.deserialize_unit(visitor)
    }
    fn deserialize_unit_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, Error> {
        self.deserialize_unit(visitor)
    }
    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_newtype_struct(self)
    }
    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.seq()?.visit(visitor)
    }
    fn deserialize_tuple<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, Error> {
        self.deserialize_seq(visitor)
    }
    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: usize,
        visitor: V,
    ) -> Result<V::Value, Error> {
        self.deserialize_seq(visitor)
    }
    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.map()?.visit(visitor)
    }
    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        self.deserialize_map(visitor)
    }
    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        let line = self.line();
        match self.open()? {
            Value::Scalar { text, .. } => visitor.visit_enum(text.into_deserializer()).map_err(|e: Error| e.at(line)),
            Value::Map(mut map) => {
                let value = visitor.visit_enum(&mut map)?;
                map.end()?;
                Ok(value)
            }
            other => Err(other.mismatch(line, "one word")),
        }
    }
    serde::forward_to_deserialize_any! { bytes byte_buf i128 u128 }
}

enum Elements<'a, 'de> {
    Nodes(Items<'de>),
    Json(&'a mut JsonCursor<'de>),
}

/// The elements of a list, one after the other.
struct SeqReader<'a, 'de> {
    elements: Elements<'a, 'de>,
    /// Index of the next element.
    index: usize,
    ended: bool,
}

impl<'a, 'de> SeqReader<'a, 'de> {
    fn new(elements: Elements<'a, 'de>) -> Self {
        Self { elements, index: 0, ended: false }
    }

    fn next(&mut self) -> Result<Option<Source<'_, 'de>>, Error> {
        let first = self.index == 0;
        self.index += 1;
        let next = match &mut self.elements {
            Elements::Nodes(items) => items.next().map(Source::Node),
            Elements::Json(cursor) => cursor.advance(first, b']')?.then_some(Source::Json(cursor)),
        };
        self.ended = next.is_none();
        Ok(next)
    }

    fn visit<V: Visitor<'de>>(mut self, visitor: V) -> Result<V::Value, Error> {
        let value = visitor.visit_seq(&mut self)?;
        self.end()?;
        Ok(value)
    }

    /// Checks that all elements were read.
    fn end(&mut self) -> Result<(), Error> {
        let read = self.index;
        if self.ended || self.next()?.is_none() {
            return Ok(());
        }
        Err(Error::new(0, format!("expected a list of {read}, found a longer one")))
    }

    #[cold]
    fn locate(&self, error: Error, line: u32) -> Error {
        let line = match &self.elements {
            Elements::Json(cursor) if !error.has_line() => cursor.line(),
            _ => line,
        };
        error.at(line).within(format!("[{}]", self.index - 1))
    }
}

impl<'de> de::SeqAccess<'de> for SeqReader<'_, 'de> {
    type Error = Error;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Error> {
        let Some(source) = self.next()? else { return Ok(None) };
        let line = source.line();
        match seed.deserialize(source) {
            Ok(value) => Ok(Some(value)),
            Err(error) => Err(self.locate(error, line)),
        }
    }
}

enum Pairs<'a, 'de> {
    /// Members that follow, and the one whose value is still to be read.
    Nodes(Members<'de>, Option<(NodeRef<'de>, NodeRef<'de>)>),
    /// The cursor, and the key whose value is still to be read, as it stands in the text.
    Json(&'a mut JsonCursor<'de>, &'de str),
}

/// The members of a mapping, one after the other.
struct MapReader<'a, 'de> {
    pairs: Pairs<'a, 'de>,
    first: bool,
}

impl<'a, 'de> MapReader<'a, 'de> {
    fn new(pairs: Pairs<'a, 'de>) -> Self {
        Self { pairs, first: true }
    }

    fn next_key(&mut self) -> Result<Option<Source<'_, 'de>>, Error> {
        let first = std::mem::replace(&mut self.first, false);
        match &mut self.pairs {
            Pairs::Nodes(members, pair) => {
                *pair = members.next();
                Ok(pair.map(|(key, _)| Source::Node(key)))
            }
            Pairs::Json(cursor, key) => {
                if !cursor.advance(first, b'}')? {
                    return Ok(None);
                }
                *key = cursor.raw_key()?;
                Ok(Some(Source::Key(cursor.key()?)))
            }
        }
    }

    fn next_value(&mut self) -> Result<Source<'_, 'de>, Error> {
        match &mut self.pairs {
            Pairs::Nodes(_, Some((_, value))) => Ok(Source::Node(*value)),
            Pairs::Nodes(_, None) => Err(Error::new(0, "expected a value behind a key".into())),
            Pairs::Json(cursor, _) => {
                cursor.colon()?;
                Ok(Source::Json(cursor))
            }
        }
    }

    fn visit<V: Visitor<'de>>(mut self, visitor: V) -> Result<V::Value, Error> {
        // A visitor of a mapping reads all members.
        visitor.visit_map(&mut self)
    }

    /// Checks that a mapping of one member ends.
    fn end(&mut self) -> Result<(), Error> {
        if self.next_key()?.is_some() { Err(Error::new(0, "expected a mapping of one member".into())) } else { Ok(()) }
    }

    #[cold]
    fn locate_key(&self, error: Error) -> Error {
        let line = match &self.pairs {
            Pairs::Nodes(_, pair) => pair.map_or(0, |(key, _)| key.line()),
            Pairs::Json(cursor, _) => cursor.line(),
        };
        error.at(line)
    }

    #[cold]
    fn locate_value(&self, error: Error) -> Error {
        match &self.pairs {
            Pairs::Nodes(_, pair) => {
                let (key, line) = pair.map_or(("", 0), |(key, value)| (key.text().unwrap_or("?"), value.line()));
                error.at(line).within(key.to_owned())
            }
            Pairs::Json(cursor, key) => {
                let line = if error.has_line() { 0 } else { cursor.line() };
                error.at(line).within((*key).to_owned())
            }
        }
    }

    fn value<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<T::Value, Error> {
        match seed.deserialize(self.next_value()?) {
            Ok(value) => Ok(value),
            Err(error) => Err(self.locate_value(error)),
        }
    }
}

impl<'de> de::MapAccess<'de> for MapReader<'_, 'de> {
    type Error = Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Error> {
        let Some(key) = self.next_key()? else { return Ok(None) };
        match seed.deserialize(key) {
            Ok(key) => Ok(Some(key)),
            Err(error) => Err(self.locate_key(error)),
        }
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Error> {
        self.value(seed)
    }
}

/// An enum's variant with content: a mapping from its name to that.
impl<'de> de::EnumAccess<'de> for &mut MapReader<'_, 'de> {
    type Error = Error;
    type Variant = Self;

    fn variant_seed<V: DeserializeSeed<'de>>(self, seed: V) -> Result<(V::Value, Self), Error> {
        match de::MapAccess::next_key_seed(self, seed)? {
            Some(variant) => Ok((variant, self)),
            None => Err(Error::new(0, "expected a mapping of one member".into())),
        }
    }
}

impl<'de> de::VariantAccess<'de> for &mut MapReader<'_, 'de> {
    type Error = Error;

    fn unit_variant(self) -> Result<(), Error> {
        self.next_value()?.skip()
    }
    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<T::Value, Error> {
        self.value(seed)
    }
    fn tuple_variant<V: Visitor<'de>>(self, len: usize, visitor: V) -> Result<V::Value, Error> {
        match de::Deserializer::deserialize_tuple(self.next_value()?, len, visitor) {
            Ok(value) => Ok(value),
            Err(error) => Err(self.locate_value(error)),
        }
    }
    fn struct_variant<V: Visitor<'de>>(self, _: &'static [&'static str], visitor: V) -> Result<V::Value, Error> {
        match de::Deserializer::deserialize_map(self.next_value()?, visitor) {
            Ok(value) => Ok(value),
            Err(error) => Err(self.locate_value(error)),
        }
    }
}
