package profile

// Field numbers of a profile and its parts, see profile.proto of google/pprof.
const (
	fieldSampleType  = 1
	fieldSample      = 2
	fieldMapping     = 3
	fieldLocation    = 4
	fieldFunction    = 5
	fieldStringTable = 6
	fieldDropFrames  = 7
	fieldKeepFrames  = 8
	fieldTimeNanos   = 9
	fieldDuration    = 10
	fieldPeriodType  = 11
	fieldPeriod      = 12
	fieldComment     = 13
	fieldDefaultType = 14
	fieldDocURL      = 15

	fieldTypeName = 1 // of a ValueType
	fieldTypeUnit = 2

	fieldRef   = 1 // of a Sample
	fieldValue = 2
	fieldLabel = 3

	fieldLabelKey  = 1 // of a Label
	fieldLabelText = 2
	fieldLabelNum  = 3
	fieldLabelUnit = 4

	fieldID = 1 // of a Mapping, Location or Function

	fieldFile    = 5 // of a Mapping
	fieldBuildID = 6

	fieldMappingID = 2 // of a Location
	fieldAddress   = 3
	fieldLine      = 4
	fieldFolded    = 5

	fieldFunctionID = 1 // of a Line
	fieldLineNumber = 2

	fieldName       = 2 // of a Function
	fieldSystemName = 3
	fieldFilename   = 4
	fieldStartLine  = 5
)
