//! The exit codes, the same for every command and format.

/// How a run ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// 0: done; for doctor, nothing at or above `--fail-on`.
    Done,
    /// 1: the run itself could not be carried out.
    General,
    /// 2: usage or configuration error; nothing was sent.
    Usage,
    /// 3: the target refused the credentials.
    Refused,
    /// 4: ran, and found failures.
    Found,
    /// 5: cancelled by Ctrl-C; what was found so far was printed.
    Cancelled,
    /// 6: not enough could be examined for a verdict.
    Inconclusive,
    /// The code of a child process.
    Child(u8),
}

impl Exit {
    /// The number.
    pub fn code(self) -> u8 {
        match self {
            Exit::Done => 0,
            Exit::General => 1,
            Exit::Usage => 2,
            Exit::Refused => 3,
            Exit::Found => 4,
            Exit::Cancelled => 5,
            Exit::Inconclusive => 6,
            Exit::Child(code) => code,
        }
    }
}

impl From<Exit> for std::process::ExitCode {
    fn from(exit: Exit) -> Self {
        exit.code().into()
    }
}
