//! Archives of any kind, from a stream that gives its bytes in pieces and from memory.
//!
//! The first byte says how the rest is read: bit 0 as a zip in memory, bit 1 gzipped first, bit 2 with the checksums of
//! tar headers set right, bit 3 under a name that says the repository.
#![no_main]

use std::io::{self, Read};

use cairn::{
    archive::{self, Limits, Packed, Sink, SinkAdapter},
    scan::{Feed, LinkTargets, Scanner},
};
use cairn_fuzz::{FEW_RULES, facts_hold, json};
use libfuzzer_sys::{Corpus, fuzz_target};

const LIMITS: Limits = Limits {
    max_entries: 200,
    max_total: 4 << 20,
    max_ratio: 1000,
    max_file: 64 << 10,
    max_depth: 2,
    max_held: 64 << 10,
    max_zip: 1 << 20,
};

/// Gives few bytes at a time.
struct Pieces<'b>(&'b [u8], usize);

impl Read for Pieces<'_> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let length = self.0.len().min(out.len()).min(self.1);
        out[..length].copy_from_slice(&self.0[..length]);
        self.0 = &self.0[length..];
        Ok(length)
    }
}

/// A scanner's feed that looks at what it is given.
struct Watch<'s, 'r, 'p> {
    feed: Feed<'s, 'r, 'p>,
    files: u64,
    bytes: u64,
}

impl<'s, 'r, 'p> SinkAdapter for Watch<'s, 'r, 'p> {
    type Inner = Feed<'s, 'r, 'p>;

    fn inner(&mut self) -> &mut Feed<'s, 'r, 'p> {
        &mut self.feed
    }

    fn file(&mut self, repository: &str, path: &str, bytes: Option<&[u8]>, size: u64) {
        self.files += 1;
        self.bytes += bytes.map_or(0, |b| b.len() as u64);
        assert!(self.files <= LIMITS.max_entries, "more files than entries");
        assert!(self.bytes <= LIMITS.max_total, "more bytes than the limit");
        assert!(bytes.is_none_or(|b| b.len() as u64 <= LIMITS.max_file), "{path}: a file bigger than the limit");
        // A file without a repository is a report that lies beside them.
        assert!(!path.is_empty(), "{repository}: a file without a name");
        assert!(!path.starts_with('/') && path.split('/').all(|part| part != ".."), "{path} leads out");
        Sink::file(&mut self.feed, repository, path, bytes, size);
    }
    /// Files come unpacked, so that what is read of them is checked.
    fn packed(&mut self, _: &str, _: &str, _: &Packed<'_>) -> bool {
        false
    }

    fn link(&mut self, repository: &str, path: &str, target: &str) {
        assert!(!repository.is_empty() && !path.is_empty(), "{path}: a link without a place");
        Sink::link(&mut self.feed, repository, path, target);
    }

    fn skipped(&mut self, repository: &str, path: &str, why: &str) {
        assert!(!why.is_empty());
        Sink::skipped(&mut self.feed, repository, path, why);
    }
}

/// Facts as bytes, and whether the archive was sound from end to end.
fn read(name: &str, bytes: &[u8], zip: bool, piece: usize) -> (String, bool) {
    let mut scanner = Scanner::new(&FEW_RULES);
    let mut go_on = |_: &cairn::util::progress::Progress| true;
    let mut sink = Watch { feed: Feed::new(&mut scanner, 0, &mut go_on), files: 0, bytes: 0 };
    let result = if zip {
        archive::read_zip(name, bytes, &LIMITS, &mut sink)
    } else {
        archive::read_stream(name, &mut Pieces(bytes, piece), &LIMITS, &mut sink)
    };
    if let Some(mut targets) = LinkTargets::new(&mut scanner) {
        // What the second pass says, the first said already.
        let _ = if zip {
            archive::read_zip(name, bytes, &LIMITS, &mut targets)
        } else {
            archive::read_stream(name, &mut Pieces(bytes, piece), &LIMITS, &mut targets)
        };
    }
    let facts = scanner.finish();
    facts_hold(&facts);
    if let Err(error) = &result {
        assert!(!error.to_string().is_empty());
    }
    (json(&facts), result.is_ok() && facts.problems.is_empty())
}

/// Walks over tar headers and makes their checksums fit, so that changes get past them.
fn repair(bytes: &mut [u8]) {
    let mut at = 0;
    while let Some(block) = bytes.get_mut(at..at + 512) {
        if block.iter().all(|b| *b == 0) {
            break;
        }
        block[148..156].fill(b' ');
        let sum: u32 = block.iter().map(|b| u32::from(*b)).sum();
        block[148..155].copy_from_slice(format!("{sum:06o}\0").as_bytes());
        let digits = block[124..136].iter().take_while(|b| matches!(b, b'0'..=b'7'));
        let size = digits.fold(0_usize, |n, b| n * 8 + usize::from(*b - b'0'));
        at += 512 + size.min(1 << 30).next_multiple_of(512);
    }
}

/// A gzip file of one member.
fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut out = vec![0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255];
    out.extend(miniz_oxide::deflate::compress_to_vec(bytes, 1));
    out.extend(crc32(bytes).to_le_bytes());
    out.extend((bytes.len() as u32).to_le_bytes());
    out
}

fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0_u32, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| (crc >> 1) ^ (0xedb8_8320 & (crc & 1).wrapping_neg()))
    })
}

fuzz_target!(|data: &[u8]| -> Corpus {
    let Some((mode, rest)) = data.split_first() else { return Corpus::Reject };
    let mut bytes = rest.to_vec();
    if mode & 4 != 0 {
        repair(&mut bytes);
    }
    if mode & 2 != 0 {
        bytes = gzip(&bytes);
    }
    let name = if mode & 8 != 0 { "acme__shop.tar.gz" } else { "export.tar.gz" };
    let zip = mode & 1 != 0;
    let (whole, sound) = read(name, &bytes, zip, usize::MAX);
    let (pieces, sound_in_pieces) = read(name, &bytes, zip, 7);
    // How much is saved of a damaged archive may depend on how its bytes come.
    if sound && sound_in_pieces {
        assert!(whole == pieces, "what is read depends on how it comes");
    }
    Corpus::Keep
});
