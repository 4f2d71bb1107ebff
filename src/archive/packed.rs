//! A file as it lies in a zip: whoever reads its content may unpack it, on a thread or in a worker of their own.

use flate2::{Decompress, FlushDecompress, Status};

use super::crc32::Crc;

/// Deflate makes at most this many bytes of one (RFC 1951: 258 bytes of two codes of one bit).
const MAX_RATIO: u64 = 1032;

/// A file's content, stored or deflated.
#[derive(Debug, Clone, Copy)]
pub struct Packed<'a> {
    /// The bytes in the archive.
    pub bytes: &'a [u8],
    /// Whether they are deflated; else they are the content.
    pub deflated: bool,
    /// Bytes of the content.
    pub size: u64,
    /// CRC-32 of the content.
    pub crc: u32,
}

/// What was unpacked is not what the archive says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Damaged;

impl Damaged {
    /// For people.
    pub const WHY: &'static str = "the file is damaged in the archive";
}

impl Packed<'_> {
    /// Unpacks the content over what `out` held.
    ///
    /// # Errors
    /// Where the content has another size or checksum than the archive says; `out` holds nothing of use then.
    pub fn unpack(&self, out: &mut Vec<u8>) -> Result<(), Damaged> {
        out.clear();
        if self.deflated {
            if self.size > self.bytes.len() as u64 * MAX_RATIO {
                return Err(Damaged);
            }
            // One byte more than said shows an entry that says less than it holds.
            out.reserve(usize::try_from(self.size).map_err(|_| Damaged)? + 1);
            let mut inflate = Decompress::new(false);
            let ended = inflate.decompress_vec(self.bytes, out, FlushDecompress::Finish).map_err(|_| Damaged)?;
            if ended != Status::StreamEnd {
                return Err(Damaged);
            }
        } else {
            out.extend_from_slice(self.bytes);
        }
        let mut crc = Crc::new();
        crc.update(out);
        if out.len() as u64 == self.size && crc.sum() == self.crc { Ok(()) } else { Err(Damaged) }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::{Compression, write::DeflateEncoder};

    use super::*;

    #[test]
    fn what_was_packed_is_unpacked_and_what_is_damaged_is_told() {
        let content = b"kind: Application\n".repeat(50);
        let mut deflate = DeflateEncoder::new(Vec::new(), Compression::default());
        deflate.write_all(&content).unwrap();
        let bytes = deflate.finish().unwrap();
        let mut crc = Crc::new();
        crc.update(&content);
        let sound = Packed { bytes: &bytes, deflated: true, size: content.len() as u64, crc: crc.sum() };
        let mut out = b"what was here before".to_vec();
        for packed in [sound, Packed { bytes: &content, deflated: false, ..sound }] {
            assert_eq!(packed.unpack(&mut out), Ok(()));
            assert_eq!(out, content);
        }
        for damaged in [
            Packed { size: sound.size - 1, ..sound },
            Packed { size: sound.size + 1, ..sound },
            Packed { size: u64::from(u32::MAX), ..sound },
            Packed { crc: sound.crc ^ 1, ..sound },
            Packed { bytes: &bytes[..bytes.len() - 4], ..sound },
            Packed { bytes: &content, ..sound },
            Packed { bytes: &content[1..], deflated: false, ..sound },
        ] {
            assert_eq!(damaged.unpack(&mut out), Err(Damaged), "{damaged:?}");
        }
        let nothing = Packed { bytes: &[3, 0], deflated: true, size: 0, crc: 0 };
        assert_eq!((nothing.unpack(&mut out), out.len()), (Ok(()), 0));
    }
}
