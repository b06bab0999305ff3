//! Bytes to text: UTF-8 (with or without mark), UTF-16 with mark, else GB18030; anything else is refused with the byte.

use encoding_rs::{DecoderResult, Encoding, GB18030, UTF_8};

use super::problem::Problem;

/// A text and the name of its encoding.
#[derive(Debug, PartialEq)]
pub(super) struct Decoded {
    pub text: String,
    pub encoding: &'static str,
}

/// A damaged UTF-8 file can be valid GB18030 and would then come out as nonsense. With this many characters that are
/// valid UTF-8 before the damage it can't be GB18030: one two-byte character of GB18030 passes for UTF-8 about once in
/// seven, so eight in a row about once in six million files.
const UTF8_CHARS_CONVINCING: usize = 8;

pub(super) fn decode(bytes: &[u8]) -> Result<Decoded, Problem> {
    if let Some((encoding, mark_bytes)) = Encoding::for_bom(bytes) {
        let text = decode_strictly(encoding, bytes, mark_bytes).map_err(|at_byte| {
            if encoding == UTF_8 {
                Problem::DamagedUtf8 { at_byte }
            } else {
                Problem::NotText { at_byte }
            }
        })?;
        refuse_nul(&text)?;
        return Ok(Decoded {
            text,
            encoding: encoding.name(),
        });
    }
    if let Some(at_byte) = bytes.iter().position(|byte| *byte == 0) {
        return Err(Problem::NulByte { at_byte });
    }
    let utf8_fault = match std::str::from_utf8(bytes) {
        Ok(text) => {
            return Ok(Decoded {
                text: text.to_owned(),
                encoding: "UTF-8",
            });
        }
        Err(fault) => fault.valid_up_to(),
    };
    let before = std::str::from_utf8(&bytes[..utf8_fault]).unwrap_or_default();
    if before.chars().filter(|c| !c.is_ascii()).count() >= UTF8_CHARS_CONVINCING {
        return Err(Problem::DamagedUtf8 { at_byte: utf8_fault });
    }
    let text = decode_strictly(GB18030, bytes, 0).map_err(|at_byte| Problem::NotText { at_byte })?;
    Ok(Decoded {
        text,
        encoding: "GB18030",
    })
}

/// Decodes everything after the mark or names the byte, counted from the start of the file, where it can't go on.
fn decode_strictly(encoding: &'static Encoding, bytes: &[u8], mark_bytes: usize) -> Result<String, usize> {
    let mut decoder = encoding.new_decoder_without_bom_handling();
    let body = &bytes[mark_bytes..];
    let room = decoder
        .max_utf8_buffer_length_without_replacement(body.len())
        .ok_or(mark_bytes)?;
    let mut text = String::with_capacity(room);
    let (result, read) = decoder.decode_to_string_without_replacement(body, &mut text, true);
    match result {
        DecoderResult::InputEmpty => {
            text.shrink_to_fit();
            Ok(text)
        }
        DecoderResult::Malformed(bad, after) => {
            Err(mark_bytes + read.saturating_sub(usize::from(bad) + usize::from(after)))
        }
        DecoderResult::OutputFull => Err(mark_bytes + read),
    }
}

fn refuse_nul(text: &str) -> Result<(), Problem> {
    match text.find('\0') {
        Some(at_byte) => Err(Problem::NulByte { at_byte }),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "台区编号,计量点编号,电能表资产号\r\n5303240101,5303240101G,0530\r\n";

    fn gb18030(text: &str) -> Vec<u8> {
        GB18030.encode(text).0.into_owned()
    }

    #[test]
    fn every_accepted_encoding_gives_the_same_text() {
        let utf16: Vec<u8> = [0xFF, 0xFE]
            .into_iter()
            .chain(TEXT.encode_utf16().flat_map(u16::to_le_bytes))
            .collect();
        let forms = [
            (TEXT.as_bytes().to_vec(), "UTF-8"),
            ([b"\xEF\xBB\xBF", TEXT.as_bytes()].concat(), "UTF-8"),
            (gb18030(TEXT), "GB18030"),
            (utf16, "UTF-16LE"),
        ];
        for (bytes, encoding) in forms {
            assert_eq!(
                decode(&bytes),
                Ok(Decoded {
                    text: TEXT.to_owned(),
                    encoding
                })
            );
        }
    }

    #[test]
    fn utf8_that_was_cut_inside_a_character_is_not_taken_for_gb18030() {
        let cut = "台区编号,计量点编号,电能表资产号".as_bytes();
        let cut = &cut[..cut.len() - 1];
        assert_eq!(
            decode(cut),
            Err(Problem::DamagedUtf8 {
                at_byte: cut.len() - 2
            })
        );
    }

    #[test]
    fn bytes_of_neither_encoding_are_refused_with_their_place() {
        let mut bytes = gb18030("台区编号,");
        let at_byte = bytes.len();
        bytes.extend([0xFF, 0x41]);
        assert_eq!(decode(&bytes), Err(Problem::NotText { at_byte }));
    }

    #[test]
    fn a_gb18030_file_cut_inside_a_character_is_refused_at_that_character() {
        let mut bytes = gb18030("台区编号");
        bytes.pop();
        assert_eq!(decode(&bytes), Err(Problem::NotText { at_byte: 6 }));
    }

    #[test]
    fn a_zero_byte_is_refused_with_its_place() {
        assert_eq!(decode(b"a,b\n1,\x002\n"), Err(Problem::NulByte { at_byte: 6 }));
    }
}
