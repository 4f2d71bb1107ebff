//! Exports: the bytes of an archive as a stream of files, each with its repository.
//!
//! [`read_stream`] takes a tar or a gzipped tar as it comes (a zip too, held in memory), [`read_zip`] a zip in memory,
//! [`read_zip_at`] a zip that can be read anywhere, such as a file in the browser. What kind an archive is, its first bytes
//! say, not its name. Everything goes to a [`Sink`], which is asked first whether it wants a content.
//!
//! # Which folders are repositories
//!
//! An archive holds one repository or many, with or without folders around them; [`layout::Survey`] tells which. A zip lists
//! its entries, so the answer is known before the first content is read. A tar does not: its files are held back, with the
//! contents that the sink may want, until a path settles the question (`shop/.github/…` does, or a folder `shop` in
//! `acme__shop.tar.gz`) or [`Limits::max_held`] is reached; then what was seen decides, and the rest streams. Files outside
//! every repository are told as skipped, with an empty repository.
//!
//! Archives that lie beside repositories, not in one, are opened as exports of their own, named after their file.
//!
//! # What is not read
//!
//! Links, devices, sparse and encrypted files, contents of git's own folder, paths that lead out of the archive: each is told
//! to [`Sink::skipped`] with the reason. An archive that ends early gives what came before, and a skipped entry that says so.

pub mod format;
mod gzip;
pub mod layout;
pub mod limits;
mod packed;
#[cfg(not(target_family = "wasm"))]
mod prefetch;
mod tar;
mod zip;

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Read};
use std::rc::Rc;

pub use layout::{Layout, Survey, folder_entry, repository_name};
pub use limits::{ExportError, Limits};
pub use packed::{Damaged, Packed};
pub use rawzip::ReaderAt;

use gzip::Gunzip;
use limits::Meter;

/// What an archive says about a repository.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RepositoryMeta {
    /// The commit, where the archive is from `git archive` or a host that uses it.
    pub commit: Option<String>,
    /// Time of the newest file, in seconds since 1970.
    pub date: Option<i64>,
}

/// Takes the files of an export.
pub trait Sink {
    /// A repository begins. Called again at the end of the archive where a newer date is known by then.
    fn repository(&mut self, name: &str, meta: &RepositoryMeta);
    /// Whether the content of a file is of use. While it is open which folders are repositories, `repository` is empty and the
    /// question may come several times for one file, with fewer folders in front each time; the answer must not depend on earlier ones.
    fn wants(&mut self, repository: &str, path: &str, size: u64) -> bool;
    /// A file: its content as it is in the archive, or `None` where it was not wanted or could not be read. `repository` is
    /// empty for a report that lies beside the repositories.
    fn file(&mut self, repository: &str, path: &str, bytes: Option<&[u8]>, size: u64);
    /// A wanted file that is still packed. True where the sink takes it so and tells of damage itself; false where it is to
    /// be unpacked here and given to [`Self::file`].
    fn packed(&mut self, _repository: &str, _path: &str, _packed: &Packed<'_>) -> bool {
        false
    }
    /// Something was passed over, or read with a reservation. `repository` is empty for what is outside every repository.
    fn skipped(&mut self, repository: &str, path: &str, why: &str);
    /// How many bytes of the archive are behind; `false` stops reading.
    fn progress(&mut self, bytes_read: u64) -> bool;
}

/// The longest report that is read: host metadata, findings of other tools.
const MAX_REPORT: u64 = 32 << 20;

/// What an archive is read from. Where there are threads, a second one reads it.
#[cfg(not(target_family = "wasm"))]
pub trait Source: Read + Send {}
#[cfg(not(target_family = "wasm"))]
impl<R: Read + Send> Source for R {}
/// What an archive is read from.
#[cfg(target_family = "wasm")]
pub trait Source: Read {}
#[cfg(target_family = "wasm")]
impl<R: Read> Source for R {}

/// Reads a tar or gzipped tar as it comes. A zip is read into memory first, up to [`Limits::max_zip`]. A JSON or YAML file is
/// no archive but perhaps a report: the sink gets it as a file without a repository.
///
/// # Errors
/// When nothing could be read, a limit was passed or the sink said stop. What the sink got before stays valid.
pub fn read_stream(
    name: &str,
    reader: &mut dyn Source,
    limits: &Limits,
    sink: &mut dyn Sink,
) -> Result<(), ExportError> {
    let meter = Meter::new(name, limits);
    meter.tell(sink)?;
    #[cfg(not(target_family = "wasm"))]
    prefetch::read(name, reader, &meter, sink)?;
    #[cfg(target_family = "wasm")]
    stream(name, reader, &meter, sink, 0)?;
    meter.tell(sink)
}

/// Reads a zip in memory.
///
/// # Errors
/// As [`read_stream`].
pub fn read_zip(name: &str, bytes: &[u8], limits: &Limits, sink: &mut dyn Sink) -> Result<(), ExportError> {
    read_zip_at(name, bytes, bytes.len() as u64, limits, sink)
}

/// Reads a zip of `length` bytes that lies elsewhere. Reads go from the front to the back, often in small pieces: `reader`
/// does well to keep the last block.
///
/// # Errors
/// As [`read_stream`].
pub fn read_zip_at<R: ReaderAt>(
    name: &str,
    reader: R,
    length: u64,
    limits: &Limits,
    sink: &mut dyn Sink,
) -> Result<(), ExportError> {
    let meter = Meter::new(name, limits);
    meter.tell(sink)?;
    zip::read(name, reader, length, &meter, sink, 0)?;
    meter.tell(sink)
}

/// Gives one file of an opened folder to the sink, within the limits. `read` is called only where the content is wanted.
///
/// # Errors
/// [`ExportError::Cancelled`] when the sink says stop.
pub fn read_file(
    repository: &str,
    path: &str,
    size: u64,
    read: &mut dyn FnMut() -> io::Result<Vec<u8>>,
    limits: &Limits,
    sink: &mut dyn Sink,
) -> Result<(), ExportError> {
    if !sink.wants(repository, path, size) {
        sink.file(repository, path, None, size);
    } else if size > limits.max_file {
        sink.skipped(repository, path, &too_big(limits));
        sink.file(repository, path, None, size);
    } else {
        match read() {
            Ok(bytes) => sink.file(repository, path, Some(&bytes), bytes.len() as u64),
            Err(error) => {
                sink.skipped(repository, path, &format!("it could not be read: {error}"));
                sink.file(repository, path, None, size);
            }
        }
    }
    if sink.progress(size) { Ok(()) } else { Err(ExportError::Cancelled) }
}

fn too_big(limits: &Limits) -> String {
    format!("the file is bigger than {}; its content was not read", limits::size(limits.max_file))
}

const NOT_UTF8: &str = "the name is not UTF-8; letters that could not be read are shown as \u{fffd}";

/// What the first bytes say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Empty,
    Gzip,
    Zip,
    Tar,
    Other(&'static str),
}

fn kind(head: &[u8]) -> Kind {
    match head {
        [] => Kind::Empty,
        [0x1f, 0x8b, ..] => Kind::Gzip,
        [b'P', b'K', 3, 4, ..] | [b'P', b'K', 5, 6, ..] => Kind::Zip,
        _ if tar::is_header(head) => Kind::Tar,
        _ if head.len() >= 512 && head.iter().all(|b| *b == 0) => Kind::Tar,
        [0x28, 0xb5, 0x2f, 0xfd, ..] => Kind::Other("a zstd file; unpack it first"),
        [0xfd, b'7', b'z', b'X', b'Z', ..] => Kind::Other("an xz file; unpack it first"),
        [b'B', b'Z', b'h', ..] => Kind::Other("a bzip2 file; unpack it first"),
        [b'7', b'z', 0xbc, 0xaf, ..] => Kind::Other("a 7-Zip file; unpack it first"),
        [b'R', b'a', b'r', b'!', ..] => Kind::Other("a RAR file; unpack it first"),
        _ if head.starts_with(b"# v2 git bundle") || head.starts_with(b"# v3 git bundle") => {
            Kind::Other("a git bundle; clone it and export the clone")
        }
        [b'{' | b'[', ..] => Kind::Other("a JSON file"),
        [b'<', ..] => Kind::Other("a web page, perhaps a sign-in page instead of the download"),
        _ => Kind::Other("something else"),
    }
}

/// Reads an archive of any kind; `depth` counts the archives around it.
fn stream(
    name: &str,
    reader: &mut dyn Read,
    meter: &Meter<'_>,
    sink: &mut dyn Sink,
    depth: u32,
) -> Result<(), ExportError> {
    let mut input = Input::new(reader, (depth == 0).then_some(meter));
    let head = input.peek(512).map_err(|e| meter.fault(name, &e))?;
    match kind(head) {
        Kind::Gzip => {
            let mut inflate = Gunzip::new(&mut input);
            unpacked(name, &mut inflate, meter, sink, depth)
        }
        Kind::Tar => tar::read(name, &mut input, meter, sink, depth),
        Kind::Zip => {
            let mut bytes = Vec::new();
            let most = meter.limits.max_zip;
            loop {
                let piece = io::BufRead::fill_buf(&mut input).map_err(|e| meter.fault(name, &e))?;
                let length = piece.len();
                if length == 0 {
                    break;
                }
                if (bytes.len() + length) as u64 > most {
                    return Err(ExportError::TooLarge { name: name.to_owned(), limit: most >> 20 });
                }
                bytes.extend_from_slice(piece);
                // The reader of the zip counts its bytes.
                input.pass(length);
            }
            let length = bytes.len() as u64;
            zip::read(name, bytes, length, meter, sink, depth)
        }
        Kind::Empty => Err(ExportError::Empty { name: name.to_owned() }),
        Kind::Other(_) if depth == 0 && layout::is_report(name, head) => {
            let mut bytes = Vec::new();
            input.by_ref().take(MAX_REPORT + 1).read_to_end(&mut bytes).map_err(|e| meter.fault(name, &e))?;
            if bytes.len() as u64 > MAX_REPORT {
                return Err(ExportError::TooLarge { name: name.to_owned(), limit: MAX_REPORT >> 20 });
            }
            sink.file("", name, Some(&bytes), bytes.len() as u64);
            Ok(())
        }
        Kind::Other(found) => Err(ExportError::NotAnArchive { name: name.to_owned(), found }),
    }
}

/// Reads what came out of gzip.
fn unpacked(
    name: &str,
    inflate: &mut dyn Read,
    meter: &Meter<'_>,
    sink: &mut dyn Sink,
    depth: u32,
) -> Result<(), ExportError> {
    let mut plain = Input::new(inflate, None);
    let head = plain.peek(512).map_err(|e| meter.fault(name, &e))?;
    match kind(head) {
        Kind::Tar => tar::read(name, &mut plain, meter, sink, depth),
        Kind::Empty => Err(ExportError::Empty { name: name.to_owned() }),
        _ => Err(ExportError::NotAnArchive { name: name.to_owned(), found: "a gzip file with no tar inside" }),
    }
}

/// Reads an archive inside the archive `outer`. What is wrong with it is told to the sink; the archive around it goes on.
fn open_inner(
    outer: &str,
    path: &str,
    reader: &mut dyn Read,
    meter: &Meter<'_>,
    sink: &mut dyn Sink,
    depth: u32,
) -> Result<(), ExportError> {
    if depth >= meter.limits.max_depth {
        sink.skipped(
            "",
            path,
            &format!("archives lie more than {} deep in each other; it was not opened", meter.limits.max_depth),
        );
        return Ok(());
    }
    let name = format!("{outer}/{path}");
    match stream(&name, reader, meter, sink, depth + 1) {
        Err(stop @ (ExportError::Cancelled | ExportError::Bomb { .. })) => Err(stop),
        Err(error) => {
            sink.skipped("", path, &error.to_string());
            Ok(())
        }
        Ok(()) => Ok(()),
    }
}

/// A buffered reader that can look ahead, skip, and count what is taken from it.
struct Input<'r, 'l> {
    reader: &'r mut dyn Read,
    buffer: Box<[u8]>,
    at: usize,
    end: usize,
    meter: Option<&'r Meter<'l>>,
}

impl<'r, 'l> Input<'r, 'l> {
    fn new(reader: &'r mut dyn Read, meter: Option<&'r Meter<'l>>) -> Self {
        Input { reader, buffer: vec![0; 64 << 10].into_boxed_slice(), at: 0, end: 0, meter }
    }

    fn more(&mut self) -> io::Result<usize> {
        loop {
            match self.reader.read(&mut self.buffer[self.end..]) {
                Ok(n) => {
                    self.end += n;
                    return Ok(n);
                }
                Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
                Err(e) => return Err(e),
            }
        }
    }

    /// The next bytes without taking them: `length`, or fewer at the end.
    fn peek(&mut self, length: usize) -> io::Result<&[u8]> {
        if self.end - self.at < length {
            self.buffer.copy_within(self.at..self.end, 0);
            self.end -= self.at;
            self.at = 0;
            while self.end < length && self.more()? > 0 {}
        }
        Ok(&self.buffer[self.at..self.end.min(self.at + length)])
    }

    /// Takes bytes without counting them.
    fn pass(&mut self, length: usize) {
        self.at = (self.at + length).min(self.end);
    }
}

impl Read for Input<'_, '_> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let ready = io::BufRead::fill_buf(self)?;
        let length = ready.len().min(out.len());
        out[..length].copy_from_slice(&ready[..length]);
        io::BufRead::consume(self, length);
        Ok(length)
    }
}

impl io::BufRead for Input<'_, '_> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.at == self.end {
            self.at = 0;
            self.end = 0;
            self.more()?;
        }
        Ok(&self.buffer[self.at..self.end])
    }

    fn consume(&mut self, length: usize) {
        self.pass(length);
        if let Some(meter) = self.meter {
            meter.took(length as u64);
        }
    }
}

/// What is held back while it is open which folders are repositories.
struct Held {
    path: String,
    what: What,
}

enum What {
    File { bytes: Option<Vec<u8>>, size: u64, time: Option<i64> },
    Note(&'static str),
    Said(String),
}

struct Group {
    name: Rc<str>,
    meta: RepositoryMeta,
    told: RepositoryMeta,
}

/// Sorts the files of one archive into repositories.
struct Groups<'m, 'l> {
    survey: Survey,
    layout: Option<Layout>,
    meter: &'m Meter<'l>,
    commit: Option<String>,
    held: Vec<Held>,
    held_bytes: u64,
    groups: Vec<Group>,
    by_folder: BTreeMap<String, usize>,
    last: Option<(String, usize)>,
    git_folders: BTreeSet<String>,
}

impl<'m, 'l> Groups<'m, 'l> {
    fn new(name: &str, meter: &'m Meter<'l>) -> Self {
        Groups {
            survey: Survey::new(name),
            layout: None,
            meter,
            commit: None,
            held: Vec::new(),
            held_bytes: 0,
            groups: Vec::new(),
            by_folder: BTreeMap::new(),
            last: None,
            git_folders: BTreeSet::new(),
        }
    }

    /// Takes the commit the archive carries.
    fn commit(&mut self, text: &str) {
        let text = text.trim();
        let sound = matches!(text.len(), 40 | 64) && text.bytes().all(|b| b.is_ascii_hexdigit());
        if sound && self.commit.is_none() && self.layout.is_none() {
            self.commit = Some(text.to_ascii_lowercase());
            self.survey.one_repository();
        }
    }

    /// Takes note of a path before its file is asked about.
    fn observe(&mut self, path: &str, sink: &mut dyn Sink) {
        if self.layout.is_none() {
            self.survey.observe(path);
            if self.survey.early().is_some() {
                self.settle(sink);
            }
        }
    }

    /// Whether an archive at this path is an export of its own.
    fn opens(&self, path: &str) -> bool {
        layout::is_archive(path) && self.survey.may_open(path)
    }

    /// True for what is passed over without a word or with one word for a whole folder.
    fn passes(&mut self, path: &str, sink: &mut dyn Sink) -> bool {
        if layout::is_litter(path) {
            return true;
        }
        let Some(folder) = layout::git_folder(path) else { return false };
        if !self.git_folders.contains(folder) {
            let folder = folder.to_owned();
            self.git_folders.insert(folder.clone());
            self.observe(path, sink);
            self.note(&folder, What::Note("git's own data, not files of the repository"), sink);
        }
        true
    }

    /// Whether the content of a file is wanted.
    fn wants(&mut self, path: &str, size: u64, sink: &mut dyn Sink) -> bool {
        if self.layout.is_some() {
            return match self.place(path, None, sink) {
                Some((at, inner)) => sink.wants(&self.groups[at].name, inner, size),
                None => layout::is_host_file(path),
            };
        }
        let mut rest = path;
        for _ in 0..3 {
            if sink.wants("", rest, size) {
                return true;
            }
            match rest.split_once('/') {
                Some((_, inner)) => rest = inner,
                None => return false,
            }
        }
        false
    }

    /// Gives a file to the sink, or holds it back.
    fn file(&mut self, path: &str, bytes: Option<&[u8]>, size: u64, time: Option<i64>, sink: &mut dyn Sink) {
        if self.layout.is_some() {
            self.give(path, bytes, size, time, sink);
        } else {
            let length = bytes.map_or(0, <[u8]>::len);
            self.hold(path, What::File { bytes: bytes.map(<[u8]>::to_vec), size, time }, length, sink);
        }
    }

    /// Gives a wanted file to the sink as it lies in the archive; false where it must be unpacked.
    fn packed(&mut self, path: &str, packed: &Packed<'_>, time: Option<i64>, sink: &mut dyn Sink) -> bool {
        let Some((at, inner)) = self.place(path, time, sink) else { return false };
        let taken = sink.packed(&self.groups[at].name, inner, packed);
        if taken {
            self.meter.gave();
        }
        taken
    }

    /// Tells the sink of something passed over, or holds that back.
    fn note(&mut self, path: &str, what: What, sink: &mut dyn Sink) {
        if self.layout.is_none() {
            return self.hold(path, what, 0, sink);
        }
        let why: &str = match &what {
            What::Note(why) => why,
            What::Said(why) => why,
            What::File { .. } => return,
        };
        match self.place(path, None, sink) {
            Some((at, inner)) => sink.skipped(&self.groups[at].name, inner, why),
            None => sink.skipped("", path, why),
        }
    }

    fn hold(&mut self, path: &str, what: What, length: usize, sink: &mut dyn Sink) {
        self.held_bytes += (path.len() + length + 96) as u64;
        self.held.push(Held { path: path.to_owned(), what });
        if self.held_bytes > self.meter.limits.max_held {
            self.settle(sink);
        }
    }

    /// Decides which folders are repositories and gives away what was held back.
    fn settle(&mut self, sink: &mut dyn Sink) {
        if self.layout.is_some() {
            return;
        }
        self.layout = Some(self.survey.decide());
        self.held_bytes = 0;
        for Held { path, what } in std::mem::take(&mut self.held) {
            match what {
                What::File { bytes, size, time } => {
                    let wanted = bytes.is_some() && self.wants(&path, size, sink);
                    self.give(&path, bytes.as_deref().filter(|_| wanted), size, time, sink);
                }
                note => self.note(&path, note, sink),
            }
        }
    }

    fn give(&mut self, path: &str, bytes: Option<&[u8]>, size: u64, time: Option<i64>, sink: &mut dyn Sink) {
        self.meter.gave();
        match self.place(path, time, sink) {
            Some((at, inner)) => sink.file(&self.groups[at].name, inner, bytes, size),
            None if bytes.is_some() => sink.file("", path, bytes, size),
            None => sink.skipped("", path, "the file lies beside the repositories, in none of them"),
        }
    }

    /// The repository of a path and the path inside it; tells the sink of a repository seen for the first time.
    fn place<'p>(&mut self, path: &'p str, time: Option<i64>, sink: &mut dyn Sink) -> Option<(usize, &'p str)> {
        let layout = self.layout.as_ref()?;
        let (folder, inner) = layout.split(path)?;
        let at = match &self.last {
            Some((last, at)) if last == folder => *at,
            _ => {
                let at = match self.by_folder.get(folder) {
                    Some(at) => *at,
                    None => {
                        let name: Rc<str> = self.meter.claim(layout.name(folder), folder).into();
                        let meta = RepositoryMeta { commit: self.commit.clone(), date: time.filter(|t| *t > 0) };
                        sink.repository(&name, &meta);
                        self.groups.push(Group { name, told: meta.clone(), meta });
                        let at = self.groups.len() - 1;
                        self.by_folder.insert(folder.to_owned(), at);
                        at
                    }
                };
                self.last = Some((folder.to_owned(), at));
                at
            }
        };
        let date = &mut self.groups[at].meta.date;
        *date = (*date).max(time.filter(|t| *t > 0));
        Some((at, inner))
    }

    /// Gives away what is left and the dates found since.
    fn finish(&mut self, sink: &mut dyn Sink) {
        self.settle(sink);
        for group in &mut self.groups {
            if group.meta != group.told {
                sink.repository(&group.name, &group.meta);
                group.told = group.meta.clone();
            }
        }
    }

    /// Ends the archive `name`: an error after the first file becomes a note.
    fn end(
        mut self,
        name: &str,
        given_before: u64,
        ended: Result<(), ExportError>,
        sink: &mut dyn Sink,
    ) -> Result<(), ExportError> {
        self.finish(sink);
        let read_some = self.meter.given() > given_before;
        match ended {
            Ok(()) if read_some => Ok(()),
            Ok(()) => Err(ExportError::Empty { name: name.to_owned() }),
            Err(stop @ (ExportError::Cancelled | ExportError::Bomb { .. })) => Err(stop),
            Err(error) if !read_some => Err(error),
            Err(ExportError::Truncated { .. }) => {
                sink.skipped(
                    "",
                    name,
                    "the archive ends early; what comes before its end was read. Download or export it again",
                );
                Ok(())
            }
            Err(ExportError::Damaged { why, .. } | ExportError::Unreadable { why, .. }) => {
                sink.skipped(
                    "",
                    name,
                    &format!("the archive could not be read to its end: {why}. What comes before was read"),
                );
                Ok(())
            }
            Err(error) => Err(error),
        }
    }
}

#[cfg(test)]
mod tests;
