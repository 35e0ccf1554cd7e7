//! In which language an application runs, and which agent sends its traces: by its variables, its command and its image.

use crate::model::app_env::AppRuntime;

/// Variables that official images and runtimes set, and what each tells.
const VARIABLES: [(&str, AppRuntime); 10] = [
    ("PYTHON_VERSION", AppRuntime::Python),
    ("NODE_VERSION", AppRuntime::Node),
    ("ASPNET_VERSION", AppRuntime::DotNet),
    ("DOTNET_VERSION", AppRuntime::DotNet),
    ("JAVA_HOME", AppRuntime::Java),
    ("JAVA_VERSION", AppRuntime::Java),
    ("JAVA_OPTS", AppRuntime::Java),
    ("JAVA_TOOL_OPTIONS", AppRuntime::Java),
    ("RUBY_VERSION", AppRuntime::Ruby),
    ("GOLANG_VERSION", AppRuntime::Go),
];

/// How the name of an image begins, without its registry and folder.
const IMAGES: [(&str, AppRuntime); 12] = [
    ("python", AppRuntime::Python),
    ("node", AppRuntime::Node),
    ("aspnet", AppRuntime::DotNet),
    ("dotnet", AppRuntime::DotNet),
    ("eclipse-temurin", AppRuntime::Java),
    ("openjdk", AppRuntime::Java),
    ("amazoncorretto", AppRuntime::Java),
    ("tomcat", AppRuntime::Java),
    ("maven", AppRuntime::Java),
    ("gradle", AppRuntime::Java),
    ("ruby", AppRuntime::Ruby),
    ("golang", AppRuntime::Go),
];

/// Programs that a command begins with.
const PROGRAMS: [(&str, AppRuntime); 12] = [
    ("python", AppRuntime::Python),
    ("python3", AppRuntime::Python),
    ("gunicorn", AppRuntime::Python),
    ("uvicorn", AppRuntime::Python),
    ("flask", AppRuntime::Python),
    ("node", AppRuntime::Node),
    ("npm", AppRuntime::Node),
    ("java", AppRuntime::Java),
    ("dotnet", AppRuntime::DotNet),
    ("ruby", AppRuntime::Ruby),
    ("bundle", AppRuntime::Ruby),
    ("go", AppRuntime::Go),
];

/// What tells; an agent before a language.
pub fn detect_runtime<'a>(
    variables: impl Iterator<Item = (&'a str, &'a str)> + Clone,
    words: impl Iterator<Item = &'a str> + Clone,
    image: Option<&str>,
) -> Option<AppRuntime> {
    let texts = variables.clone().map(|(_, value)| value).chain(words.clone());
    if let Some(agent) = texts.clone().find_map(detect_agent) {
        return Some(agent);
    }
    if variables.clone().any(|(name, _)| name.starts_with("OTEL_DOTNET_AUTO_")) {
        return Some(AppRuntime::DotNetAgent);
    }
    let named = |name: &str| {
        VARIABLES
            .iter()
            .find(|(known, _)| *known == name)
            .map(|(_, runtime)| *runtime)
    };
    if let Some(runtime) = variables.clone().find_map(|(name, _)| named(name)) {
        return Some(runtime);
    }
    let mut programs = words.map(|word| word.rsplit('/').next().unwrap_or(word));
    let first = programs.find(|word| !matches!(*word, "sh" | "bash" | "-c" | "exec"));
    let program = PROGRAMS
        .iter()
        .find(|(known, _)| first.is_some_and(|word| word.split(' ').next() == Some(known)));
    if let Some((_, runtime)) = program {
        return Some(*runtime);
    }
    let name = image?.split('@').next()?.rsplit('/').next()?;
    let name = name.split(':').next()?;
    IMAGES
        .iter()
        .find(|(known, _)| *known == name)
        .map(|(_, runtime)| *runtime)
}

/// The agent that a variable or an argument loads.
fn detect_agent(text: &str) -> Option<AppRuntime> {
    if let Some((_, rest)) = text.split_once("-javaagent:")
        && let path = rest.split([' ', '=']).next().unwrap_or_default()
        && path.contains("opentelemetry")
    {
        // `opentelemetry-javaagent-1.33.6.jar`
        let digits = path.rsplit("javaagent").next().unwrap_or_default();
        return Some(match digits.trim_start_matches(['-', '_', 'v']).split_once('.') {
            Some(("1", _)) => AppRuntime::JavaAgent1,
            Some(("2", _)) => AppRuntime::JavaAgent2,
            _ => AppRuntime::Java,
        });
    }
    if text.contains("opentelemetry-instrument") {
        return Some(AppRuntime::PythonAgent);
    }
    text.contains("@opentelemetry/auto-instrumentations-node")
        .then_some(AppRuntime::NodeAgent)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Variables, words of the command line, image, and what runs there.
    type RuntimeCase = (
        &'static [(&'static str, &'static str)],
        &'static [&'static str],
        Option<&'static str>,
        Option<AppRuntime>,
    );

    #[test]
    fn an_agent_tells_more_than_a_language() {
        const AGENT: &str = "-javaagent:/otel/opentelemetry-javaagent-1.33.6.jar -Xmx1g";
        let detect = |variables: &[(&str, &str)], words: &[&str], image: Option<&str>| {
            detect_runtime(variables.iter().copied(), words.iter().copied(), image)
        };
        let cases: [RuntimeCase; 9] = [
            (&[("JAVA_TOOL_OPTIONS", AGENT)], &[], None, Some(AppRuntime::JavaAgent1)),
            (
                &[],
                &[
                    "java",
                    "-javaagent:/opentelemetry-javaagent-2.10.0.jar",
                    "-jar",
                    "a.jar",
                ],
                None,
                Some(AppRuntime::JavaAgent2),
            ),
            (
                &[],
                &["java", "-javaagent:/opentelemetry-javaagent.jar"],
                None,
                Some(AppRuntime::Java),
            ),
            (
                &[],
                &["java", "-javaagent:/newrelic-1.2.jar"],
                None,
                Some(AppRuntime::Java),
            ),
            (
                &[],
                &["opentelemetry-instrument", "python", "a.py"],
                None,
                Some(AppRuntime::PythonAgent),
            ),
            (
                &[(
                    "NODE_OPTIONS",
                    "--require @opentelemetry/auto-instrumentations-node/register",
                )],
                &[],
                None,
                Some(AppRuntime::NodeAgent),
            ),
            (&[("PYTHON_VERSION", "3.11")], &[], None, Some(AppRuntime::Python)),
            (&[], &["sh", "-c", "node server.js"], None, Some(AppRuntime::Node)),
            (
                &[],
                &[],
                Some("registry/mcr.microsoft.com/dotnet/aspnet:8.0"),
                Some(AppRuntime::DotNet),
            ),
        ];
        for (variables, words, image, expected) in cases {
            assert_eq!(
                detect(variables, words, image),
                expected,
                "{variables:?} {words:?} {image:?}"
            );
        }
        assert_eq!(detect(&[], &["/shop"], Some("shop:1")), None);
    }
}
