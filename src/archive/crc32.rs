//! CRC-32, the checksum of archives.
//!
//! flate2 and rawzip bring one, with a table of 16 kB which no host can compress: a twentieth of the scanner worker. There
//! the table is made when the first archive is opened.

#[cfg(not(target_family = "wasm"))]
pub(super) use flate2::Crc;
#[cfg(target_family = "wasm")]
pub(super) use lazy::Crc;

/// Eight bytes at a time, by a table that is made when it is first needed.
#[cfg(any(test, target_family = "wasm"))]
mod lazy {
    use std::sync::OnceLock;

    static TABLE: OnceLock<Box<[[u32; 256]; 8]>> = OnceLock::new();

    fn table() -> Box<[[u32; 256]; 8]> {
        let mut table = Box::new([[0; 256]; 8]);
        for byte in 0..256 {
            let mut crc = byte as u32;
            for _ in 0..8 {
                crc = crc >> 1 ^ if crc & 1 == 1 { 0xedb8_8320 } else { 0 };
            }
            table[0][byte] = crc;
        }
        for row in 1..8 {
            for byte in 0..256 {
                let above: u32 = table[row - 1][byte];
                table[row][byte] = above >> 8 ^ table[0][(above & 255) as usize];
            }
        }
        table
    }

    /// The checksum of what was seen so far.
    #[derive(Debug)]
    pub(in crate::archive) struct Crc(u32);

    impl Crc {
        pub(in crate::archive) fn new() -> Self {
            Self(!0)
        }

        pub(in crate::archive) fn sum(&self) -> u32 {
            !self.0
        }

        pub(in crate::archive) fn update(&mut self, bytes: &[u8]) {
            let table = TABLE.get_or_init(table);
            let (eights, rest) = bytes.as_chunks::<8>();
            let mut crc = self.0;
            for [a, b, c, d, e, f, g, h] in eights {
                let [w, x, y, z] = (crc ^ u32::from_le_bytes([*a, *b, *c, *d])).to_le_bytes();
                crc = table[7][w as usize]
                    ^ table[6][x as usize]
                    ^ table[5][y as usize]
                    ^ table[4][z as usize]
                    ^ table[3][*e as usize]
                    ^ table[2][*f as usize]
                    ^ table[1][*g as usize]
                    ^ table[0][*h as usize];
            }
            for byte in rest {
                crc = crc >> 8 ^ table[0][(crc as u8 ^ byte) as usize];
            }
            self.0 = crc;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lazy_table_gives_the_same_sums() {
        let bytes: Vec<u8> = (0..10_000u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 13) as u8).collect();
        for cut in [0, 1, 7, 8, 9, 100, 9_999] {
            let (mut ours, mut theirs) = (lazy::Crc::new(), flate2::Crc::new());
            for part in [&bytes[..cut], &bytes[cut..]] {
                ours.update(part);
                theirs.update(part);
            }
            assert_eq!(ours.sum(), theirs.sum());
        }
    }
}
