//! Files on their way from the worker that unpacks them to the one that scans them: packed into batches of bytes, which
//! a browser hands over without a copy.

use crate::export::{RepositoryMeta, Sink};

/// A batch is handed over when it holds this many bytes.
const BATCH: usize = 256 * 1024;

const FILE: u8 = 0;
const REPOSITORY: u8 = 1;
const SKIPPED: u8 = 2;
const NONE: u64 = u64::MAX;
const NO_DATE: i64 = i64::MIN;

/// Packs what an export says into batches.
pub struct Relay<'r> {
    batch: Vec<u8>,
    repository: String,
    wants: &'r dyn Fn(&str) -> bool,
    send: &'r mut dyn FnMut(Vec<u8>),
    tell: &'r mut dyn FnMut(u64, u64, &str) -> bool,
    files: u64,
}

impl std::fmt::Debug for Relay<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Relay").field("files", &self.files).finish_non_exhaustive()
    }
}

impl<'r> Relay<'r> {
    /// A relay that asks `wants` which contents are of use, gives batches to `send`, and tells bytes read, files and the
    /// repository at hand to `tell`, which says false to stop.
    pub fn new(
        wants: &'r dyn Fn(&str) -> bool,
        send: &'r mut dyn FnMut(Vec<u8>),
        tell: &'r mut dyn FnMut(u64, u64, &str) -> bool,
    ) -> Self {
        Self { batch: Vec::with_capacity(BATCH + BATCH / 4), repository: String::new(), wants, send, tell, files: 0 }
    }

    /// Hands over what is left.
    pub fn end(&mut self) {
        if !self.batch.is_empty() {
            (self.send)(std::mem::take(&mut self.batch));
        }
    }

    fn number(&mut self, n: u64) {
        self.batch.extend_from_slice(&n.to_le_bytes());
    }

    fn bytes(&mut self, bytes: &[u8]) {
        self.number(bytes.len() as u64);
        self.batch.extend_from_slice(bytes);
    }

    fn full(&mut self) {
        if self.batch.len() >= BATCH {
            let batch = std::mem::replace(&mut self.batch, Vec::with_capacity(BATCH + BATCH / 4));
            (self.send)(batch);
        }
    }
}

impl Sink for Relay<'_> {
    fn repository(&mut self, name: &str, meta: &RepositoryMeta) {
        self.batch.push(REPOSITORY);
        self.bytes(name.as_bytes());
        self.bytes(meta.commit.as_deref().unwrap_or_default().as_bytes());
        self.number(meta.date.unwrap_or(NO_DATE).cast_unsigned());
        name.clone_into(&mut self.repository);
    }

    fn wants(&mut self, _: &str, path: &str, _: u64) -> bool {
        (self.wants)(path)
    }

    fn file(&mut self, repository: &str, path: &str, bytes: Option<&[u8]>, size: u64) {
        self.files += 1;
        self.batch.push(FILE);
        self.bytes(repository.as_bytes());
        self.bytes(path.as_bytes());
        self.number(size);
        match bytes {
            Some(bytes) => self.bytes(bytes),
            None => self.number(NONE),
        }
        self.full();
    }

    fn skipped(&mut self, repository: &str, path: &str, why: &str) {
        self.batch.push(SKIPPED);
        self.bytes(repository.as_bytes());
        self.bytes(path.as_bytes());
        self.bytes(why.as_bytes());
        self.full();
    }

    fn progress(&mut self, bytes_read: u64) -> bool {
        (self.tell)(bytes_read, self.files, &self.repository)
    }
}

/// Gives what a batch holds to a sink; false where the batch is damaged.
pub fn replay(batch: &[u8], sink: &mut dyn Sink) -> bool {
    let mut rest = batch;
    while let Some((kind, after)) = rest.split_first() {
        rest = after;
        if step(*kind, &mut rest, sink).is_none() {
            return false;
        }
    }
    true
}

fn step(kind: u8, rest: &mut &[u8], sink: &mut dyn Sink) -> Option<()> {
    match kind {
        FILE => {
            let (repository, path) = (text(rest)?, text(rest)?);
            let size = number(rest)?;
            let length = number(rest)?;
            let bytes = if length == NONE { None } else { Some(take(rest, length)?) };
            sink.file(repository, path, bytes, size);
        }
        REPOSITORY => {
            let (name, commit) = (text(rest)?, text(rest)?);
            let date = number(rest)?;
            let meta = RepositoryMeta {
                commit: (!commit.is_empty()).then(|| commit.to_owned()),
                date: Some(date.cast_signed()).filter(|d| *d != NO_DATE),
            };
            sink.repository(name, &meta);
        }
        SKIPPED => {
            let (repository, path, why) = (text(rest)?, text(rest)?, text(rest)?);
            sink.skipped(repository, path, why);
        }
        _ => return None,
    }
    Some(())
}

fn number(rest: &mut &[u8]) -> Option<u64> {
    let (head, tail) = rest.split_first_chunk::<8>()?;
    *rest = tail;
    Some(u64::from_le_bytes(*head))
}

fn take<'b>(rest: &mut &'b [u8], length: u64) -> Option<&'b [u8]> {
    let (head, tail) = rest.split_at_checked(usize::try_from(length).ok()?)?;
    *rest = tail;
    Some(head)
}

fn text<'b>(rest: &mut &'b [u8]) -> Option<&'b str> {
    let length = number(rest)?;
    std::str::from_utf8(take(rest, length)?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, Default, PartialEq)]
    struct Said(Vec<String>);

    impl Sink for Said {
        fn repository(&mut self, name: &str, meta: &RepositoryMeta) {
            self.0.push(format!("repository {name} {meta:?}"));
        }
        fn wants(&mut self, _: &str, path: &str, _: u64) -> bool {
            path.ends_with("yaml")
        }
        fn file(&mut self, repository: &str, path: &str, bytes: Option<&[u8]>, size: u64) {
            self.0.push(format!("file {repository} {path} {bytes:?} {size}"));
        }
        fn skipped(&mut self, repository: &str, path: &str, why: &str) {
            self.0.push(format!("skipped {repository} {path} {why}"));
        }
        fn progress(&mut self, _: u64) -> bool {
            true
        }
    }

    fn say(sink: &mut dyn Sink) {
        sink.repository("a", &RepositoryMeta { commit: Some("c".into()), date: Some(-1) });
        sink.repository("b", &RepositoryMeta::default());
        sink.file("a", "x.yaml", Some(b"k: v\n"), 5);
        sink.file("a", "tab\tand\nline", None, 7);
        sink.file("", "empty", Some(b""), 0);
        sink.skipped("a", "link", "links are not followed");
        for i in 0..5_000 {
            sink.file("b", &format!("{i}.yaml"), Some(&[b'x'; 100]), 100);
        }
    }

    #[test]
    fn what_goes_in_comes_out() {
        let mut batches = Vec::new();
        let mut send = |batch: Vec<u8>| batches.push(batch);
        let mut tell = |_: u64, _: u64, _: &str| true;
        let mut relay = Relay::new(&|p| p.ends_with("yaml"), &mut send, &mut tell);
        say(&mut relay);
        relay.end();
        assert!(batches.len() > 1);
        let mut direct = Said::default();
        say(&mut direct);
        let mut through = Said::default();
        assert!(batches.iter().all(|b| replay(b, &mut through)));
        assert!(through == direct);
        let first = &batches[0];
        assert!(!replay(&first[..first.len() - 1], &mut Said::default()), "a cut batch is noticed");
        assert!(!replay(&[9], &mut Said::default()));
    }
}
