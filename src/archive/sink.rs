//! What takes the files of an export.

use super::packed::Packed;

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
    /// A wanted file that is still packed. True where the sink takes it so and reports damage itself; false where it is to
    /// be unpacked here and passed to [`Self::file`].
    fn packed(&mut self, _repository: &str, _path: &str, _packed: &Packed<'_>) -> bool {
        false
    }
    /// A link inside a repository, which stands for another file or folder. `target` is where it points, from the folder in
    /// which the link lies; it may lead out of the repository.
    fn link(&mut self, repository: &str, path: &str, _target: &str) {
        self.skipped(repository, path, "a symbolic link; it was not followed");
    }
    /// An export inside this one, of which nothing could be read.
    fn failed_export(&mut self, path: &str, why: &str) {
        self.skipped("", path, why);
    }
    /// Something was skipped, or read with a reservation. `repository` is empty for what is outside every repository.
    fn skipped(&mut self, repository: &str, path: &str, why: &str);
    /// The next input begins: bytes count on from the ones before.
    fn next_input(&mut self) {}
    /// How many bytes of the archive are read; `false` stops reading.
    fn progress(&mut self, bytes_read: u64) -> bool;
}

/// A sink in front of another: what it does not implement, it forwards.
///
/// An implementation is a [`Sink`]. It overrides the calls it is there for, and passes them on to [`Self::inner`].
pub trait SinkAdapter {
    /// The sink behind.
    type Inner: Sink + ?Sized;

    /// The sink behind.
    fn inner(&mut self) -> &mut Self::Inner;

    /// See [`Sink::repository`].
    fn repository(&mut self, name: &str, meta: &RepositoryMeta) {
        self.inner().repository(name, meta);
    }

    /// See [`Sink::wants`].
    fn wants(&mut self, repository: &str, path: &str, size: u64) -> bool {
        self.inner().wants(repository, path, size)
    }

    /// See [`Sink::file`].
    fn file(&mut self, repository: &str, path: &str, bytes: Option<&[u8]>, size: u64) {
        self.inner().file(repository, path, bytes, size);
    }

    /// See [`Sink::packed`].
    fn packed(&mut self, repository: &str, path: &str, packed: &Packed<'_>) -> bool {
        self.inner().packed(repository, path, packed)
    }

    /// See [`Sink::link`].
    fn link(&mut self, repository: &str, path: &str, target: &str) {
        self.inner().link(repository, path, target);
    }

    /// See [`Sink::failed_export`].
    fn failed_export(&mut self, path: &str, why: &str) {
        self.inner().failed_export(path, why);
    }

    /// See [`Sink::skipped`].
    fn skipped(&mut self, repository: &str, path: &str, why: &str) {
        self.inner().skipped(repository, path, why);
    }

    /// See [`Sink::next_input`].
    fn next_input(&mut self) {
        self.inner().next_input();
    }

    /// See [`Sink::progress`].
    fn progress(&mut self, bytes_read: u64) -> bool {
        self.inner().progress(bytes_read)
    }
}

impl<A: SinkAdapter> Sink for A {
    fn repository(&mut self, name: &str, meta: &RepositoryMeta) {
        SinkAdapter::repository(self, name, meta);
    }

    fn wants(&mut self, repository: &str, path: &str, size: u64) -> bool {
        SinkAdapter::wants(self, repository, path, size)
    }

    fn file(&mut self, repository: &str, path: &str, bytes: Option<&[u8]>, size: u64) {
        SinkAdapter::file(self, repository, path, bytes, size);
    }

    fn packed(&mut self, repository: &str, path: &str, packed: &Packed<'_>) -> bool {
        SinkAdapter::packed(self, repository, path, packed)
    }

    fn link(&mut self, repository: &str, path: &str, target: &str) {
        SinkAdapter::link(self, repository, path, target);
    }

    fn failed_export(&mut self, path: &str, why: &str) {
        SinkAdapter::failed_export(self, path, why);
    }

    fn skipped(&mut self, repository: &str, path: &str, why: &str) {
        SinkAdapter::skipped(self, repository, path, why);
    }

    fn next_input(&mut self) {
        SinkAdapter::next_input(self);
    }

    fn progress(&mut self, bytes_read: u64) -> bool {
        SinkAdapter::progress(self, bytes_read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Default)]
    struct Calls(Vec<String>);

    impl Sink for Calls {
        fn repository(&mut self, name: &str, _: &RepositoryMeta) {
            self.0.push(format!("repository {name}"));
        }
        fn wants(&mut self, _: &str, path: &str, size: u64) -> bool {
            self.0.push(format!("wants {path} {size}"));
            true
        }
        fn file(&mut self, _: &str, path: &str, _: Option<&[u8]>, _: u64) {
            self.0.push(format!("file {path}"));
        }
        fn packed(&mut self, _: &str, path: &str, _: &Packed<'_>) -> bool {
            self.0.push(format!("packed {path}"));
            true
        }
        fn link(&mut self, _: &str, path: &str, target: &str) {
            self.0.push(format!("link {path} {target}"));
        }
        fn skipped(&mut self, _: &str, path: &str, why: &str) {
            self.0.push(format!("skipped {path} {why}"));
        }
        fn progress(&mut self, bytes_read: u64) -> bool {
            self.0.push(format!("progress {bytes_read}"));
            false
        }
    }

    struct Renamed<'s>(&'s mut Calls);

    impl SinkAdapter for Renamed<'_> {
        type Inner = Calls;
        fn inner(&mut self) -> &mut Calls {
            self.0
        }
        fn repository(&mut self, name: &str, meta: &RepositoryMeta) {
            self.0.repository(&name.to_uppercase(), meta);
        }
    }

    #[test]
    fn an_adapter_forwards_what_it_does_not_override() {
        let mut calls = Calls::default();
        let mut adapter = Renamed(&mut calls);
        let sink: &mut dyn Sink = &mut adapter;
        sink.repository("shop", &RepositoryMeta::default());
        let wanted = sink.wants("shop", "a", 1);
        sink.file("shop", "a", None, 1);
        let taken = sink.packed("shop", "b", &Packed { bytes: b"", deflated: false, size: 0, crc: 0 });
        sink.link("shop", "l", "b");
        sink.skipped("shop", "c", "why");
        let goes_on = sink.progress(7);
        assert_eq!((wanted, taken, goes_on), (true, true, false));
        let expected =
            ["repository SHOP", "wants a 1", "file a", "packed b", "link l b", "skipped c why", "progress 7"];
        assert_eq!(calls.0, expected);
    }
}
