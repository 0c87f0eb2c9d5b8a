//! "Did you mean".

/// Candidates farther than this many edits per letter are no help.
const EDITS_PER_LETTER_MAX: f64 = 0.4;

/// The hint naming the candidate with the fewest edits from `name`, if one is close.
pub fn nearest<'a>(name: &str, candidates: impl Iterator<Item = &'a str>) -> Option<String> {
    let (distance, best) = candidates.map(|candidate| (edits(name, candidate), candidate)).min()?;
    let limit = (name.chars().count() as f64 * EDITS_PER_LETTER_MAX).max(1.0);
    (distance as f64 <= limit && distance > 0).then(|| format!("did you mean {best}?"))
}

/// Levenshtein distance, letters compared without case.
fn edits(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.to_lowercase().chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, left) in a.to_lowercase().chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, right) in b.iter().enumerate() {
            let substituted = diagonal + usize::from(left != *right);
            diagonal = row[j + 1];
            row[j + 1] = substituted.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[b.len()]
}
