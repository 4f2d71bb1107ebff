//! Texts stored once: a large organization has tens of thousands of references that say the same few texts, and the page
//! holds them all.

use std::{collections::BTreeMap, fmt};

use serde::{
    Deserialize, Deserializer, Serialize, Serializer,
    de::{SeqAccess, Visitor},
    ser::SerializeSeq,
};

/// TextTable behind each other.
#[derive(Clone, Default, PartialEq)]
pub(super) struct TextTable {
    all: String,
    ends: Vec<u32>,
}

impl TextTable {
    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.ends.len()
    }

    /// Adds a text at the end.
    pub(super) fn push(&mut self, text: &str) {
        self.all.push_str(text);
        // A repository's references are bounded in number and length: they stay far below four gigabytes.
        self.ends.push(u32::try_from(self.all.len()).unwrap_or(u32::MAX));
    }

    /// A text by its place; empty where there is none.
    pub(super) fn get(&self, index: usize) -> &str {
        let start = index.checked_sub(1).and_then(|before| self.ends.get(before)).map_or(0, |at| *at as usize);
        self.ends.get(index).and_then(|end| self.all.get(start..*end as usize)).unwrap_or("")
    }

    /// Gives back what was set aside for growing.
    pub(super) fn trim(&mut self) {
        self.all.shrink_to_fit();
        self.ends.shrink_to_fit();
    }
}

impl Serialize for TextTable {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let mut list = to.serialize_seq(None)?;
        for index in 0..self.ends.len() {
            list.serialize_element(self.get(index))?;
        }
        list.end()
    }
}

impl<'de> Deserialize<'de> for TextTable {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct List;
        impl<'de> Visitor<'de> for List {
            type Value = TextTable;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a list of texts")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<TextTable, A::Error> {
                let mut texts = TextTable::default();
                while let Some(text) = list.next_element::<String>()? {
                    texts.push(&text);
                }
                texts.trim();
                Ok(texts)
            }
        }
        from.deserialize_seq(List)
    }
}

/// TextTable with the number of each, while they are gathered.
#[derive(Default)]
pub(super) struct TextInterner {
    texts: TextTable,
    known: BTreeMap<String, u32>,
}

impl TextInterner {
    /// The number of a text, from 1; a text that is new is added.
    pub(super) fn number(&mut self, text: &str) -> u32 {
        if let Some(number) = self.known.get(text) {
            return *number;
        }
        self.texts.push(text);
        let number = u32::try_from(self.texts.ends.len()).unwrap_or(u32::MAX);
        self.known.insert(text.to_owned(), number);
        number
    }

    /// The texts, in the order of their numbers.
    pub(super) fn into_texts(mut self) -> TextTable {
        self.texts.trim();
        self.texts
    }
}
