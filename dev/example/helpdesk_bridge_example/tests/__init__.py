from . import test_parcel
