/** Styles of forms and their messages on pages that programs make, beside the common look. */
export const formStyle = `form{max-width:40rem}
form p,fieldset{margin:1rem 0}
label,legend{font-weight:600;display:block}
label.choice{font-weight:400;display:flex;gap:.6rem;align-items:flex-start;padding:.35rem 0}
input[type=text],input[type=email],textarea{width:100%;font:inherit;padding:.55rem .7rem;border:1px solid var(--soft);border-radius:.35rem;background:var(--back);color:var(--text)}
textarea{min-height:8rem}
textarea:focus-visible{outline:3px solid var(--link);outline-offset:2px}
input[type=checkbox]{width:1.3rem;height:1.3rem;flex:none}
fieldset{border:1px solid var(--line);border-radius:.5rem;padding:.5rem 1rem}
.hint{color:var(--soft);display:block}
.fault{display:block;border-left:.35rem solid #b3261e;padding:.2rem .6rem;font-weight:600;background:var(--panel)}
.faults{border:2px solid #b3261e;border-radius:.5rem;padding:.25rem 1.25rem;max-width:40rem}
.well{border:2px solid #2e7d32;border-radius:.5rem;padding:.25rem 1.25rem;max-width:40rem}
button{font:inherit;font-weight:600;padding:.6rem 1.2rem;border-radius:.35rem;border:2px solid var(--link);background:var(--link);color:var(--back);margin:.25rem .5rem .25rem 0}
button.second{background:var(--back);color:var(--link)}
.left-empty{position:absolute;left:-999rem}
dt{font-weight:600}dd{margin:0 0 .6rem;overflow-wrap:anywhere;white-space:pre-line}`;
