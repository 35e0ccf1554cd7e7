//! The top level of a line of JSON, by place: keys and values, nothing copied, nothing built.

use super::header::{ByteSpan, LineFormat, LineHeader};

/// The members of an object's top level. Ends where the text stops being JSON.
pub struct JsonMembers<'a> {
    text: &'a [u8],
    at: usize,
    /// The closing brace was seen.
    pub closed: bool,
}

/// One member, by its place.
#[derive(Debug, Clone, Copy)]
pub struct JsonMember {
    /// The key without quotes.
    pub key: ByteSpan,
    /// The value; a text without its quotes.
    pub value: ByteSpan,
    /// The value is a text.
    pub text: bool,
}

impl<'a> JsonMembers<'a> {
    /// The members of the object that begins this text.
    pub fn new(text: &'a [u8]) -> Self {
        JsonMembers {
            text,
            at: 1,
            closed: false,
        }
    }

    fn skip_blanks(&mut self) {
        while matches!(self.text.get(self.at), Some(b' ' | b'\t' | b'\n' | b'\r' | b',')) {
            self.at += 1;
        }
    }

    fn read_string(&mut self) -> Option<ByteSpan> {
        let from = self.at + 1;
        let mut at = from;
        loop {
            let found = memchr::memchr2(b'"', b'\\', self.text.get(at..)?)?;
            if self.text.get(at + found) == Some(&b'"') {
                self.at = at + found + 1;
                return Some(ByteSpan::new(from, at + found));
            }
            at += found + 2;
        }
    }

    /// Skips an object or a list, however deep.
    fn skip_nested(&mut self) -> Option<ByteSpan> {
        let from = self.at;
        let mut depth = 0_usize;
        loop {
            let found = self
                .text
                .get(self.at..)?
                .iter()
                .position(|byte| matches!(byte, b'{' | b'}' | b'[' | b']' | b'"'))?;
            self.at += found;
            match self.text.get(self.at)? {
                b'"' => {
                    self.read_string()?;
                    continue;
                }
                b'{' | b'[' => depth += 1,
                _ => depth -= 1,
            }
            self.at += 1;
            if depth == 0 {
                return Some(ByteSpan::new(from, self.at));
            }
        }
    }
}

impl Iterator for JsonMembers<'_> {
    type Item = JsonMember;

    fn next(&mut self) -> Option<JsonMember> {
        self.skip_blanks();
        if self.text.get(self.at) == Some(&b'}') {
            self.closed = true;
        }
        if self.text.get(self.at) != Some(&b'"') {
            return None;
        }
        let key = self.read_string()?;
        self.skip_blanks();
        if self.text.get(self.at) != Some(&b':') {
            return None;
        }
        self.at += 1;
        self.skip_blanks();
        match self.text.get(self.at)? {
            b'"' => self.read_string().map(|value| JsonMember { key, value, text: true }),
            b'{' | b'[' => self.skip_nested().map(|value| JsonMember {
                key,
                value,
                text: false,
            }),
            _ => {
                let from = self.at;
                let rest = self.text.get(from..)?;
                let length = rest.iter().position(|byte| matches!(byte, b',' | b'}' | b' '))?;
                self.at += length;
                (length > 0).then(|| JsonMember {
                    key,
                    value: ByteSpan::new(from, from + length),
                    text: false,
                })
            }
        }
    }
}

/// The head of a line that is an object.
pub(super) fn parse_json_header(line: &[u8]) -> Option<LineHeader> {
    let mut head = LineHeader {
        format: LineFormat::Json,
        ..LineHeader::default()
    };
    let mut members = JsonMembers::new(line);
    while let Some(member) = members.next() {
        head.record_field(member.key.slice(line), member.value.slice(line), member.value);
        if head.is_complete() {
            members.closed = true;
            break;
        }
    }
    if !members.closed {
        return None;
    }
    if head.message.is_empty() {
        head.message = ByteSpan::new(0, line.len());
    }
    Some(head)
}

/// Where the text of a member of that name stands in an object.
pub(super) fn find_member(object: &[u8], key: &[u8]) -> Option<(usize, usize)> {
    let members = (object.first() == Some(&b'{')).then(|| JsonMembers::new(object))?;
    let mut members = members.filter(|member| member.key.slice(object) == key);
    members
        .next()
        .map(|member| (member.value.from as usize, member.value.to as usize))
}
