package command

import "errors"

// ExitError is an error that ends the program with an exit code.
type ExitError struct {
	Code int
	// Err is what is left to write to standard error; nil if nothing is.
	Err error
}

// Error returns the text of Err.
func (e *ExitError) Error() string {
	if e.Err == nil {
		return ""
	}
	return e.Err.Error()
}

// Unwrap returns Err.
func (e *ExitError) Unwrap() error { return e.Err }

// exitWith returns the error that ends the program with a code, nil for the code 0
// without an error.
func exitWith(code int, err error) error {
	if code == 0 && err == nil {
		return nil
	}
	return &ExitError{Code: code, Err: err}
}

// failureCode is the exit code for a wrong command line, or for something that cannot
// be done.
const failureCode = 2

// ExitCode returns the exit code for the error of a command, and what is left to write
// to standard error; nil if nothing is.
func ExitCode(err error) (code int, say error) {
	if err == nil {
		return 0, nil
	}
	if e, ok := errors.AsType[*ExitError](err); ok {
		return e.Code, e.Err
	}
	return failureCode, err
}
