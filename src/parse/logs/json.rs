//! The top level of a line of JSON, by place: keys and values, nothing copied, nothing built.

use super::head::{Format, Head, Span};

/// The members of an object's top level. Ends where the text stops being JSON.
pub struct Members<'a> {
    text: &'a [u8],
    at: usize,
    /// The closing brace was seen.
    pub closed: bool,
}

/// One member, by its place.
#[derive(Debug, Clone, Copy)]
pub struct Member {
    /// The key without quotes.
    pub key: Span,
    /// The value; a text without its quotes.
    pub value: Span,
    /// The value is a text.
    pub text: bool,
}

impl<'a> Members<'a> {
    /// The members of the object that begins this text.
    pub fn of(text: &'a [u8]) -> Self {
        Members {
            text,
            at: 1,
            closed: false,
        }
    }

    fn blank(&mut self) {
        while matches!(self.text.get(self.at), Some(b' ' | b'\t' | b'\n' | b'\r' | b',')) {
            self.at += 1;
        }
    }

    fn string(&mut self) -> Option<Span> {
        let from = self.at + 1;
        let mut at = from;
        loop {
            let found = memchr::memchr2(b'"', b'\\', self.text.get(at..)?)?;
            if self.text.get(at + found) == Some(&b'"') {
                self.at = at + found + 1;
                return Some(Span::new(from, at + found));
            }
            at += found + 2;
        }
    }

    /// Skips an object or a list, however deep.
    fn nested(&mut self) -> Option<Span> {
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
                    self.string()?;
                    continue;
                }
                b'{' | b'[' => depth += 1,
                _ => depth -= 1,
            }
            self.at += 1;
            if depth == 0 {
                return Some(Span::new(from, self.at));
            }
        }
    }
}

impl Iterator for Members<'_> {
    type Item = Member;

    fn next(&mut self) -> Option<Member> {
        self.blank();
        if self.text.get(self.at) == Some(&b'}') {
            self.closed = true;
        }
        if self.text.get(self.at) != Some(&b'"') {
            return None;
        }
        let key = self.string()?;
        self.blank();
        if self.text.get(self.at) != Some(&b':') {
            return None;
        }
        self.at += 1;
        self.blank();
        match self.text.get(self.at)? {
            b'"' => self.string().map(|value| Member { key, value, text: true }),
            b'{' | b'[' => self.nested().map(|value| Member {
                key,
                value,
                text: false,
            }),
            _ => {
                let from = self.at;
                let rest = self.text.get(from..)?;
                let length = rest.iter().position(|byte| matches!(byte, b',' | b'}' | b' '))?;
                self.at += length;
                (length > 0).then(|| Member {
                    key,
                    value: Span::new(from, from + length),
                    text: false,
                })
            }
        }
    }
}

/// The head of a line that is an object.
pub(super) fn head(line: &[u8]) -> Option<Head> {
    let mut head = Head {
        format: Format::Json,
        ..Head::default()
    };
    let mut members = Members::of(line);
    while let Some(member) = members.next() {
        head.take(member.key.of(line), member.value.of(line), member.value);
        if head.is_complete() {
            members.closed = true;
            break;
        }
    }
    if !members.closed {
        return None;
    }
    if head.message.is_empty() {
        head.message = Span::new(0, line.len());
    }
    Some(head)
}

/// Where the text of a member of that name stands in an object.
pub(super) fn find(object: &[u8], key: &[u8]) -> Option<(usize, usize)> {
    let members = (object.first() == Some(&b'{')).then(|| Members::of(object))?;
    let mut members = members.filter(|member| member.key.of(object) == key);
    members
        .next()
        .map(|member| (member.value.from as usize, member.value.to as usize))
}
