//! Instrumentation code, by language: one template each, filled in with where this sender sends. Secrets never reach it:
//! of a header that holds one, only the name does.

mod fill;
mod destination;

#[cfg(test)]
mod tests;

pub use destination::{SnippetDestination, TlsPaths};
pub use fill::{FillError, fill_template};

/// A piece of code that can be had.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Snippet {
    /// What it is asked for by: `python-fastapi`.
    pub language: &'static str,
    /// What it is for: `FastAPI (Python)`.
    pub title: &'static str,
    /// The file it is meant for: `app.py`.
    pub file: &'static str,
    /// What starts a line of comment.
    pub comment: &'static str,
    /// The service's name where nobody gives one; empty where the code is no service.
    service: &'static str,
    template: &'static str,
}

/// Every snippet, in the order of the list.
pub const ALL: [Snippet; 10] = [
    Snippet {
        language: "python-fastapi",
        title: "FastAPI (Python)",
        file: "app.py",
        comment: "#",
        service: "orders",
        template: include_str!("templates/python-fastapi.py"),
    },
    Snippet {
        language: "python-flask",
        title: "Flask (Python)",
        file: "app.py",
        comment: "#",
        service: "orders",
        template: include_str!("templates/python-flask.py"),
    },
    Snippet {
        language: "node-express",
        title: "Express (Node.js)",
        file: "app.js",
        comment: "//",
        service: "carts",
        template: include_str!("templates/node-express.js"),
    },
    Snippet {
        language: "browser",
        title: "a web page: Vue, React or no framework",
        file: "tracing.js",
        comment: "//",
        service: "shop-web",
        template: include_str!("templates/browser.js"),
    },
    Snippet {
        language: "java-agent",
        title: "any Java application, with the OpenTelemetry agent",
        file: "run.sh",
        comment: "#",
        service: "orders",
        template: include_str!("templates/java-agent.sh"),
    },
    Snippet {
        language: "go",
        title: "net/http (Go)",
        file: "main.go",
        comment: "//",
        service: "orders",
        template: include_str!("templates/go.go"),
    },
    Snippet {
        language: "rust",
        title: "a Rust program",
        file: "main.rs",
        comment: "//",
        service: "orders",
        template: include_str!("templates/rust.rs"),
    },
    Snippet {
        language: "dotnet",
        title: "ASP.NET Core (C#)",
        file: "Program.cs",
        comment: "//",
        service: "orders",
        template: include_str!("templates/dotnet.cs"),
    },
    Snippet {
        language: "collector",
        title: "an OpenTelemetry Collector in front of Tempo",
        file: "collector.yaml",
        comment: "#",
        service: "",
        template: include_str!("templates/collector.yaml"),
    },
    Snippet {
        language: "alloy",
        title: "Grafana Alloy in front of Tempo",
        file: "config.alloy",
        comment: "//",
        service: "",
        template: include_str!("templates/alloy.alloy"),
    },
];

impl Snippet {
    /// It stands between applications and Tempo, and takes what it is sent on the usual ports itself.
    pub fn is_between(&self) -> bool {
        self.service.is_empty()
    }
}

/// What people type who mean one of them.
const MEANT: [(&str, &str); 22] = [
    ("python", "python-fastapi"),
    ("py", "python-fastapi"),
    ("fastapi", "python-fastapi"),
    ("flask", "python-flask"),
    ("node", "node-express"),
    ("nodejs", "node-express"),
    ("express", "node-express"),
    ("javascript", "node-express"),
    ("js", "node-express"),
    ("typescript", "node-express"),
    ("vue", "browser"),
    ("react", "browser"),
    ("web", "browser"),
    ("frontend", "browser"),
    ("java", "java-agent"),
    ("kotlin", "java-agent"),
    ("spring", "java-agent"),
    ("golang", "go"),
    ("csharp", "dotnet"),
    ("c#", "dotnet"),
    (".net", "dotnet"),
    ("otelcol", "collector"),
];

/// The snippet of that name.
pub fn find_snippet(language: &str) -> Option<&'static Snippet> {
    ALL.iter().find(|snippet| snippet.language == language)
}

/// Every word that leads to a snippet, and its name: for whoever looks for the nearest spelling.
pub fn list_words() -> impl Iterator<Item = (&'static str, &'static str)> {
    ALL.iter()
        .map(|snippet| (snippet.language, snippet.language))
        .chain(MEANT)
}
